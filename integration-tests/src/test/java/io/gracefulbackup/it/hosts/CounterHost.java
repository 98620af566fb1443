package io.gracefulbackup.it.hosts;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.GracefulShutdown;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Restores a {@link Counter}, makes acknowledged changes and exits. Options:
 *
 * <ul>
 *   <li>{@code script}: a {@link HostScript}, by default {@code wait}
 *   <li>{@code writes}: the number of changes, by default 3
 *   <li>{@code bytes}: the size of the state
 *   <li>{@code source}, {@code reader}, {@code drain}, {@code sink}, {@code active}: each a {@link InjectedBehaviour}; without the
 *       last three there is no drain step, no second sink and no {@code onActive} action
 * </ul>
 */
public final class CounterHost {
    private CounterHost() {}

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        Options options = new Options(args);
        Counter counter = new Counter((int) options.number("bytes", 1000));
        InjectedBehaviour source = options.choice("source", "fine", InjectedBehaviour::valueOf);
        InjectedBehaviour reader = options.choice("reader", "fine", InjectedBehaviour::valueOf);

        GracefulShutdown.Builder builder = GracefulShutdown.builder()
                .source(InjectedBehaviour.source(counter, source, reader))
                .snapshotUnder(counter.lock().readLock())
                .listener(new BackupListener() {
                    @Override
                    public void onBackup(BackupReport report) {
                        HostSupport.print("REPORT " + report);
                    }
                });
        if (!options.text("drain", "").isEmpty()) {
            InjectedBehaviour drain = options.choice("drain", "", InjectedBehaviour::valueOf);
            builder.drain("host", deadline -> drain.apply("drain step"));
        }
        if (!options.text("sink", "").isEmpty()) {
            builder.sink(new DiscardingSink(options.choice("sink", "", InjectedBehaviour::valueOf)));
        }

        if (!options.text("active", "").isEmpty()) {
            InjectedBehaviour active = options.choice("active", "", InjectedBehaviour::valueOf);
            builder.handoff(turn -> turn.onActive(report -> seed(counter, active)));
        }

        HostSupport.print("INSTALLING");
        GracefulShutdown backup = HostSupport.install(builder);
        HostSupport.print("RESTORED count=" + counter.count());
        for (long i = options.number("writes", 3); i > 0; i--) {
            backup.write(counter::increment);
        }
        HostSupport.print("HANDLE " + backup + " " + backup.status());
        HostSupport.print("READY count=" + counter.count());
        options.choice("script", "wait", HostScript::valueOf).run(backup, counter);
    }

    /** Changes the state before and after it behaves. */
    private static void seed(Counter counter, InjectedBehaviour behaviour) {
        counter.increment();
        try {
            behaviour.apply("action");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        counter.increment();
    }
}
