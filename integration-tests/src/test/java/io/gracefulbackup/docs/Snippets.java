package io.gracefulbackup.docs;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionReport;
import io.gracefulbackup.StartPlan;
import io.gracefulbackup.StateSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import tools.jackson.core.type.TypeReference;

/** The code samples of the documentation: the lines between a {@code snippet} and an {@code end} marker, by name. */
final class Snippets {
    private Snippets() {}

    static GracefulShutdown builder(Ledger ledger, Server server) {
        // snippet: builder
        GracefulShutdown backup = GracefulShutdown.builder()
                .source(StateSource.of("blocks", ledger::writeBlocks, ledger::readBlocks)) // streamed
                .source(StateSource.json(
                        "index", new TypeReference<Map<String, Integer>>() {}, ledger::index, ledger::replaceIndex))
                .drain("http", deadline -> server.stop()) // lets requests in progress finish
                .snapshotUnder(ledger.readLock()) // keeps the state unchanged during the snapshot
                .install(); // restores the newest intact backup, then arms the shutdown hook
        // end
        return backup;
    }

    static void lifeCycle() {
        // snippet: lifeCycle
        GracefulShutdown backup = GracefulShutdown.builder().prepare(); // touches nothing; write(…) throws
        Service service = new Service(backup); // is a source, and writes through the handle

        backup.start(service); // restores the newest intact backup, then arms the shutdown hook

        backup.close(); // makes the final backup, then disarms; uninstall() saves nothing
        // end
    }

    static void worstDay(GracefulShutdown.Builder builder) {
        // snippet: worstDay
        StartPlan plan = builder.dryRun(); // what install() would do now, and why; changes nothing
        System.out.println(plan.action() + " " + plan.reason().orElse(""));
        plan.explanation().forEach(System.out::println);

        GracefulShutdown backup = builder.checkpointEvery(Duration.ofMinutes(5))
                .requireAllSinks() // refuses to start if a sink is unreachable
                .install();
        backup.restoreReport().previousShutdown().ifPresent(System.out::println); // how the previous process ended
        backup.restore(new BackupId("0123456789abcdef0123456789abcdef")); // makes a "Pre-restore backup" first
        // end
    }

    static int handoff(Ledger ledger) {
        // snippet: handoff
        GracefulShutdown backup = GracefulShutdown.builder()
                .source(StateSource.of("blocks", ledger::writeBlocks, ledger::readBlocks))
                .snapshotUnder(ledger.readLock())
                .handoff(handoff -> handoff.onActive(restored -> {
                            if (restored.outcome() == RestoreReport.Outcome.EMPTY) {
                                ledger.seed(); // seed here, before the first change, and not after install()
                            }
                        })
                        .onRetire(ledger::stopJobs))
                .install(); // returns in STANDBY while another instance has the state

        int entries = backup.read(() -> ledger.index().size()); // requests the handoff, as write(…) does
        // end
        return entries;
    }

    interface Ledger {
        void seed();

        void stopJobs();

        void writeBlocks(OutputStream out) throws IOException;

        void readBlocks(InputStream in) throws IOException;

        Map<String, Integer> index();

        void replaceIndex(Map<String, Integer> index);

        Lock readLock();
    }

    /** A service that is a source itself. */
    static final class Service implements StateSource {
        private final GracefulShutdown backup;
        private volatile byte[] state = {};

        Service(GracefulShutdown backup) {
            this.backup = backup;
        }

        void change(byte[] next) {
            backup.write(() -> state = next);
        }

        @Override
        public String name() {
            return "service";
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(state);
        }

        @Override
        public void readFrom(InputStream in, int version) throws IOException {
            state = in.readAllBytes();
        }
    }

    interface Server {
        void stop();
    }

    static void retention(GracefulShutdown backup, BackupId id) {
        // snippet: retention
        backup.protect(id); // exempt from retention until unprotect(id)
        for (RetentionReport sink : backup.previewRetention()) {
            sink.entries()
                    .forEach(entry -> System.out.println(
                            entry.location() + ": " + entry.verdict().reason()));
        }
        // end
    }
}
