package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.ForwardingBackup;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StoreTest extends SinkTest {
    private static final int BIG = 1_000_000;

    @Test
    void reportsWhereTheBackupIs() throws IOException {
        SyntheticBackup backup = SyntheticBackup.first();

        StoredBackup stored = store(backup);

        assertThat(stored.location()).isEqualTo(main.toString());
        assertThat(stored.lines()).containsExactly("✅ File backup saved to " + main);
        assertThat(stored.hint()).contains(StoredBackup.Hint.of(backup.header(), backup.size()));
        assertThat(main).hasBinaryContent(backup.bytes());
        assertThat(names()).containsExactly("data.enc");
    }

    @Test
    void isTheFileSinkAndKeepsOneBackup() {
        assertThat(sink.name()).isEqualTo("file");
        assertThat(sink.title()).isEqualTo("File");
        assertThat(sink.defaultRetention()).isEqualTo(RetentionPolicy.keepLast(1));
    }

    @Test
    void onlyTheOwnerReadsWhatItCreates() throws IOException {
        Path deep = directory.resolve("a/b/data.enc");

        newSink(deep, context).store(SyntheticBackup.first(), enough());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(deep)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(deep.getParent())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(deep.resolveSibling(".data.enc.lock"))))
                .isEqualTo("rw-------");
    }

    @Test
    void storingAStoredBackupAgainSucceeds() throws IOException {
        SyntheticBackup backup = SyntheticBackup.first();
        store(backup);

        assertThat(store(backup).location()).isEqualTo(main.toString());

        assertThat(names()).containsExactly("data.enc");
    }

    @Test
    void refusesBytesThatReadBackDifferently() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);
        SealedBackup lying = new ForwardingBackup(old.next()) {
            @Override
            public String sha256() {
                return "0".repeat(64);
            }
        };

        assertThatIOException()
                .isThrownBy(() -> store(lying))
                .withMessageContaining("reads back differently")
                .withMessageContaining("0".repeat(64));

        assertThat(names()).containsExactly("data.enc");
        assertThat(read(main)).isEqualTo(old.header());
    }

    @Test
    void refusesTooFewBytes() throws IOException {
        SealedBackup cut = new ForwardingBackup(SyntheticBackup.first()) {
            @Override
            public long size() {
                return super.size() + 1;
            }
        };

        assertThatIOException().isThrownBy(() -> store(cut)).withMessageContaining("reads back differently");
        assertThat(names()).isEmpty();
    }

    @Test
    void keepsThePreviousBackupWhenTheSpoolBreaks() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);

        assertThatIOException()
                .isThrownBy(() -> store(halfway(old.next(BIG), () -> {
                    throw new IOException("the spool is gone");
                })))
                .withMessageContaining("the spool is gone")
                .withMessageContaining(main.toString());

        assertThat(names()).containsExactly("data.enc");
        assertThat(read(main)).isEqualTo(old.header());
    }

    @Test
    void keepsThePreviousBackupWhenInterruptedWhileWriting() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);

        try {
            assertThatIOException()
                    .isThrownBy(() -> store(
                            halfway(old.next(BIG), () -> Thread.currentThread().interrupt())))
                    .isInstanceOf(InterruptedIOException.class)
                    .withMessageContaining("interrupted while writing");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(names()).containsExactly("data.enc");
        assertThat(read(main)).isEqualTo(old.header());
    }

    @Test
    void keepsThePreviousBackupWhenTheDeadlinePassesWhileWriting() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);
        Deadline.Controller time = enough().controlledAtMost(Duration.ofMinutes(1));

        assertThatIOException()
                .isThrownBy(() -> sink.store(halfway(old.next(BIG), time::expire), time.deadline()))
                .isInstanceOf(InterruptedIOException.class)
                .withMessageContaining("no time was left while writing")
                .withMessageContaining("BACKUP_TIMEOUT");

        assertThat(names()).containsExactly("data.enc");
        assertThat(read(main)).isEqualTo(old.header());
    }

    @Test
    void doesNotPublishABackupAfterTheDeadline() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);
        Deadline.Controller time = enough().controlledAtMost(Duration.ofMinutes(1));
        FileSink late = newSink(main, context, (link, existing) -> {
            Files.createLink(link, existing);
            time.expire();
        });

        assertThatIOException()
                .isThrownBy(() -> late.store(old.next(), time.deadline()))
                .withMessageContaining("about to rename");

        assertThat(read(main)).isEqualTo(old.header());
    }

    @Test
    void removesOnlyTheFilesThatKilledWritersLeft() throws IOException {
        String id = "0123456789abcdef0123456789abcdef";
        Files.writeString(directory.resolve(".data.enc." + id + ".tmp"), "half");
        Files.writeString(directory.resolve(".data.enc.note.tmp"), "mine");
        Files.writeString(directory.resolve(".data2enc." + id + ".tmp"), "another application's");
        Files.writeString(directory.resolve("data.enc." + id + ".tmp"), "mine");

        assertThat(list()).isEmpty();
        store(SyntheticBackup.first());

        assertThat(names())
                .containsExactlyInAnyOrder(
                        "data.enc", ".data.enc.note.tmp", ".data2enc." + id + ".tmp", "data.enc." + id + ".tmp");
    }

    @Test
    void leavesTheFileOfTheWriterThatHoldsTheLock() throws IOException {
        Path writing = directory.resolve(".data.enc.0123456789abcdef0123456789abcdef.tmp");
        DirectoryLock turn = DirectoryLock.acquire(
                directory.toRealPath().resolve(".data.enc.lock"), new Shortcomings(line -> {}), enough());
        try (turn) {
            Files.writeString(writing, "half");
            assertThatIOException()
                    .isThrownBy(() -> sink.store(SyntheticBackup.first(), Deadline.after(Duration.ofMillis(50))))
                    .isInstanceOf(InterruptedIOException.class)
                    .withMessageContaining("waiting for another writer")
                    .withMessageContaining(".data.enc.lock");
            assertThat(writing).exists();
        }

        store(SyntheticBackup.first());
        assertThat(writing).doesNotExist();
    }

    @Test
    void aRelativeFileLiesInTheWorkingDirectory() {
        FileNames names = new FileNames("data.enc");

        assertThat(names.directory()).isEqualTo(Path.of("").toAbsolutePath());
        assertThat(names.backupAt("data.enc")).contains(Path.of("data.enc"));
    }

    /** The same backup with a stream that runs an action half-way. */
    private static SealedBackup halfway(SyntheticBackup backup, Action action) {
        return new ForwardingBackup(backup) {
            @Override
            public InputStream newStream() throws IOException {
                return new FilterInputStream(super.newStream()) {
                    private int read;

                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        int n = super.read(bytes, offset, length);
                        if (read < BIG / 2 && read + n >= BIG / 2) {
                            action.run();
                        }
                        read += n;
                        return n;
                    }
                };
            }
        };
    }

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }
}
