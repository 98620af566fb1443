package io.gracefulbackup.it.hosts;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.GracefulShutdown;

/**
 * Restores a {@link Counter}, makes acknowledged changes and ends. Options:
 *
 * <ul>
 *   <li>{@code end}: an {@link Ending}, by default {@code wait}
 *   <li>{@code writes}: how many changes, by default 3
 *   <li>{@code bytes}: how large the state is
 *   <li>{@code source}, {@code reader}, {@code drain}, {@code sink}: each a {@link Behaviour}; without the last two there
 *       is no drain step and no second sink
 * </ul>
 */
public final class CounterHost {
    private CounterHost() {}

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        Options options = new Options(args);
        Counter counter = new Counter((int) options.number("bytes", 1000));
        Behaviour source = options.choice("source", "fine", Behaviour::valueOf);
        Behaviour reader = options.choice("reader", "fine", Behaviour::valueOf);

        GracefulShutdown.Builder builder = GracefulShutdown.builder()
                .source(Behaviour.source(counter, source, reader))
                .snapshotUnder(counter.lock().readLock())
                .listener(new BackupListener() {
                    @Override
                    public void onBackup(BackupReport report) {
                        Host.say("REPORT " + report);
                    }
                });
        if (!options.text("drain", "").isEmpty()) {
            Behaviour drain = options.choice("drain", "", Behaviour::valueOf);
            builder.drain("host", deadline -> drain.act("drain step"));
        }
        if (!options.text("sink", "").isEmpty()) {
            builder.sink(new CaptiveSink(options.choice("sink", "", Behaviour::valueOf)));
        }

        Host.say("INSTALLING");
        GracefulShutdown backup = Host.install(builder);
        Host.say("RESTORED count=" + counter.count());
        for (long i = options.number("writes", 3); i > 0; i--) {
            backup.write(counter::increment);
        }
        Host.say("HANDLE " + backup + " " + backup.status());
        Host.say("READY count=" + counter.count());
        options.choice("end", "wait", Ending::valueOf).run(backup, counter);
    }
}
