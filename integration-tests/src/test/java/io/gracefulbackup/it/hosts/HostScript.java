package io.gracefulbackup.it.hosts;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.GracefulShutdown;

/** What a {@link CounterHost} does after its start, and how it ends. */
enum HostScript {
    /** Waits for a signal. */
    WAIT,
    /** Returns from {@code main}. */
    RETURN,
    /** Throws from {@code main}. */
    THROW,
    /** Throws from {@code main} while another thread of the host goes on. */
    THROW_WHILE_A_THREAD_RUNS,
    EXIT,
    EXIT_IN_REQUEST,
    /** For JDK 21 and later. */
    EXIT_IN_VIRTUAL_THREAD,
    /** Exits from a thread that holds the write lock until the end. */
    EXIT_UNDER_WRITE_LOCK,
    /** Exits from a thread inside a change, which therefore never ends. */
    EXIT_IN_WRITE,
    /** Makes a backup, prints the result and waits. */
    BACKUP,
    /** Makes backups without pause, prints each result, and makes a change after each. */
    BACKUP_LOOP,
    /** Starts a backup on another thread, waits until a sink stores it, makes one more change and waits. */
    BACKUP_IN_BACKGROUND,
    /** Does the same and then makes a second backup. */
    SECOND_BACKUP,
    /** Waits in {@code main} until the warm-up has ended, prints a line and waits for a signal. */
    SETTLE;

    void run(GracefulShutdown backup, Counter counter) throws Exception {
        switch (this) {
            case WAIT -> HostSupport.hang();
            case RETURN -> {}
            case THROW -> throw new IllegalStateException("thrown by main");
            case THROW_WHILE_A_THREAD_RUNS -> {
                new Thread(HostSupport::hang, "request-1").start();
                throw new IllegalStateException("thrown by main");
            }
            case EXIT -> System.exit(7);
            case EXIT_IN_REQUEST -> {
                new Thread(() -> System.exit(7), "request-1").start();
                HostSupport.hang();
            }
            case EXIT_IN_VIRTUAL_THREAD -> {
                // by reflection: the tests are compiled for JDK 17
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable)
                        () -> System.exit(7));
                HostSupport.hang();
            }
            case EXIT_UNDER_WRITE_LOCK -> {
                new Thread(
                                () -> {
                                    counter.lock().writeLock().lock();
                                    System.exit(7);
                                },
                                "request-1")
                        .start();
                HostSupport.hang();
            }
            case EXIT_IN_WRITE -> {
                new Thread(() -> backup.write(() -> System.exit(7)), "request-1").start();
                HostSupport.hang();
            }
            case BACKUP -> {
                printReport(backup.backupNow("by hand"), counter);
                HostSupport.hang();
            }
            case BACKUP_LOOP -> {
                while (true) {
                    printReport(backup.backupNow("by hand"), counter);
                    backup.write(counter::increment);
                }
            }
            case BACKUP_IN_BACKGROUND -> {
                startBackupInBackground(backup, counter);
                HostSupport.hang();
            }
            case SECOND_BACKUP -> {
                startBackupInBackground(backup, counter);
                printReport(backup.backupNow("second"), counter);
                HostSupport.hang();
            }
            case SETTLE -> {
                HostSupport.pause(1500);
                HostSupport.print("SETTLED");
                HostSupport.hang();
            }
        }
    }

    private static void startBackupInBackground(GracefulShutdown backup, Counter counter) throws InterruptedException {
        Thread thread = new Thread(() -> backup.backupNow("first"), "request-1");
        thread.setDaemon(true);
        thread.start();
        DiscardingSink.awaitStoring();
        backup.write(counter::increment);
        HostSupport.print("CHANGED count=" + counter.count());
    }

    /** Must be called while nothing changes the counter. */
    private static void printReport(BackupReport report, Counter counter) {
        HostSupport.print(
                (report.isStored() ? "COMPLETED count=" : "NOT STORED count=") + counter.count() + " " + report);
    }
}
