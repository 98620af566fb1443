package io.gracefulbackup.it.hosts;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreReport;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Code that all hosts share. */
final class HostSupport {
    private HostSupport() {}

    /** Prints a line for the test. */
    static void print(String line) {
        System.out.print(line + "\n");
        System.out.flush();
    }

    /** Installs the library and prints the restore report and how long {@code install()} took. */
    static GracefulShutdown install(GracefulShutdown.Builder builder) {
        long start = System.nanoTime();
        GracefulShutdown backup = builder.install();
        print("INSTALL ms=" + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        RestoreReport report = backup.restoreReport();
        report.explanation().forEach(line -> print("EXPLANATION " + line));
        BackupHeader header = report.restored().orElse(null);
        print("OUTCOME " + report.outcome()
                + (header == null ? "" : " epoch=" + header.epoch() + " sequence=" + header.sequence()));
        return backup;
    }

    /** Never returns, even if interrupted. */
    static void hang() {
        CountDownLatch never = new CountDownLatch(1);
        while (true) {
            try {
                never.await();
            } catch (InterruptedException e) {
                print("INTERRUPTED, continuing");
            }
        }
    }

    /** Waits, even if interrupted. */
    static void pause(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; left > 0; left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
            try {
                TimeUnit.MILLISECONDS.sleep(left);
            } catch (InterruptedException e) {
                print("INTERRUPTED, continuing");
            }
        }
    }
}
