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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import tools.jackson.core.type.TypeReference;

/** What stands between "snippet" and "end" is what the documentation shows under that name. */
final class Snippets {
    private Snippets() {}

    static void quickstart() {
        // snippet: quickstart
        Map<String, String> ledger = new ConcurrentHashMap<>();

        GracefulShutdown backup = GracefulShutdown.install(
                StateSource.json("ledger", new TypeReference<Map<String, String>>() {}, () -> ledger, ledger::putAll));

        backup.write(() -> ledger.put("SN-1", "Asha Rao")); // returns only if it will be in the final backup
        // end
    }

    static GracefulShutdown builder(Ledger ledger, Server server) {
        // snippet: builder
        GracefulShutdown backup = GracefulShutdown.builder()
                .source(StateSource.of("blocks", ledger::writeBlocks, ledger::readBlocks)) // streamed
                .source(StateSource.json(
                        "index", new TypeReference<Map<String, Integer>>() {}, ledger::index, ledger::replaceIndex))
                .drain("http", deadline -> server.stop()) // work in flight may finish
                .snapshotUnder(ledger.readLock()) // nothing changes while it is written
                .install(); // restores the newest intact backup, then arms the shutdown hook
        // end
        return backup;
    }

    static void worstDay(GracefulShutdown.Builder builder) {
        // snippet: worstDay
        StartPlan plan = builder.plan(); // what install() would do now, and why; touches nothing
        System.out.println(plan.action() + " " + plan.reason());
        plan.explanation().forEach(System.out::println);

        GracefulShutdown backup = builder.checkpointEvery(Duration.ofMinutes(5))
                .requireAllSinks() // rather no start than one from an older copy
                .install();
        backup.restoreReport().previousShutdown().ifPresent(System.out::println); // how the last process ended
        backup.restore(new BackupId("0123456789abcdef0123456789abcdef")); // "Pre-restore backup" first
        // end
    }

    static int handoff(Ledger ledger) {
        // snippet: handoff
        GracefulShutdown backup = GracefulShutdown.builder()
                .source(StateSource.of("blocks", ledger::writeBlocks, ledger::readBlocks))
                .snapshotUnder(ledger.readLock())
                .handoff(turn -> turn.onActive(start -> {
                            if (start.outcome() == RestoreReport.Outcome.EMPTY) {
                                ledger.seed(); // before the first change; never after install()
                            }
                        })
                        .onRetire(ledger::stopJobs))
                .install(); // returns in STANDBY while another instance has the state

        int entries = backup.read(() -> ledger.index().size()); // asks for the state, as write(…) does
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

    interface Server {
        void stop();
    }

    static void retention(GracefulShutdown backup, BackupId id) {
        // snippet: retention
        backup.protect(id); // stays, whatever the policy says, until unprotect(id)
        for (RetentionReport sink : backup.retention()) {
            sink.entries()
                    .forEach(entry -> System.out.println(
                            entry.location() + ": " + entry.verdict().reason()));
        }
        // end
    }
}
