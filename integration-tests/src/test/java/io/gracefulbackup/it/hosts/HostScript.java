package io.gracefulbackup.it.hosts;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.GracefulShutdown;

/** The ways in which a host's {@code main} goes on and ends. */
enum HostScript {
    /** Waits for a signal. */
    WAIT,
    /** Returns from {@code main}. */
    RETURN,
    /** Throws from {@code main}. */
    THROW,
    /** Throws from {@code main} while another thread of the host goes on. */
    THROW_BESIDES_A_THREAD,
    EXIT,
    EXIT_IN_REQUEST,
    /** On JDK 21 and later. */
    EXIT_IN_VIRTUAL_THREAD,
    /** The thread that exits holds the write lock, and so holds it until the end. */
    EXIT_UNDER_WRITE_LOCK,
    /** The thread that exits is inside of a change, which so never ends. */
    EXIT_IN_WRITE,
    /** Makes a backup, tells, and waits. */
    BACKUP,
    /** Makes backups without pause, tells after each, and makes a change between two. */
    BACKUP_LOOP,
    /** Begins a backup on a thread, waits until its sink has it, makes one more change, and waits. */
    BACKUP_IN_BACKGROUND,
    /** The same, and then a second backup. */
    SECOND_BACKUP,
    /** Waits in {@code main} until all is warm, tells, and waits for a signal. */
    SETTLE;

    void run(GracefulShutdown backup, Counter counter) throws Exception {
        switch (this) {
            case WAIT -> HostSupport.hang();
            case RETURN -> {}
            case THROW -> throw new IllegalStateException("main has had enough");
            case THROW_BESIDES_A_THREAD -> {
                new Thread(HostSupport::hang, "request-1").start();
                throw new IllegalStateException("main has had enough");
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

    /** To be called while nothing changes the counter. */
    private static void printReport(BackupReport report, Counter counter) {
        HostSupport.print(
                (report.isStored() ? "COMPLETED count=" : "NOT STORED count=") + counter.count() + " " + report);
    }
}
