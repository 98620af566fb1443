package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every promise of a {@link BackupSink}, as a test. The test of a sink extends this class and overrides {@link #open}. Some
 * tests need more: a way to damage what is stored, for instance. A test that lacks what it needs is skipped, and the reason
 * names the method to override.
 *
 * <pre>{@code
 * class MySinkContractTest extends BackupSinkContract {
 *     @TempDir
 *     Path directory;
 *
 *     @Override
 *     protected Map<String, String> settings() {
 *         return Map.of("MY_DIRECTORY", directory.toString());
 *     }
 *
 *     @Override
 *     protected BackupSink open(SinkContext context) {
 *         return configured(new MySinkProvider(), context);
 *     }
 * }
 * }</pre>
 *
 * <p>The backups are real ones, of {@link SealedBackups}. Tests with backups of 16 MiB and more are tagged {@code slow}.
 */
public abstract class BackupSinkContract extends SinkLifecycleContract {

    /** For subclasses. */
    protected BackupSinkContract() {}

    @Test
    void introducesItself() throws Exception {
        BackupSink sink = sink();

        assertThat(sink.name()).isNotBlank().isEqualTo(sink().name());
        assertThat(sink.title()).isNotBlank();
        assertThat(sink.detectedLine()).isNotNull();
        assertThat(sink.defaultRetention()).isNotNull();
    }

    @Test
    void saysWhereItIs() throws Exception {
        BackupSink sink = sink();

        assertThat(sink.place()).isNotBlank().isEqualTo(sink().place());
        assertThat(secrets()).noneMatch(sink.place()::contains);
    }

    @Test
    void reportsAnEmptyPlaceAsEmpty() throws Exception {
        assertHolds();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 45_000})
    void returnsTheStoredBytes(long bytesOfState) throws Exception {
        assertReturnsTheBytesOf(supply.ours().next(bytesOfState));
    }

    @ParameterizedTest
    @ValueSource(longs = {(1 << 16) - 1, 1 << 16, (1 << 16) + 1})
    void returnsBackupsOfExactSizes(long sealedBytes) throws Exception {
        assertReturnsTheBytesOf(supply.ofSize(sealedBytes));
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(longs = {(16 << 20) - 1, 16 << 20, (16 << 20) + 1, 100 << 20})
    void returnsLargeBackups(long sealedBytes) throws Exception {
        Assumptions.assumeTrue(sealedBytes <= largestBackup(), "skipped: larger than largestBackup()");
        assertReturnsTheBytesOf(supply.ofSize(sealedBytes));
    }

    private void assertReturnsTheBytesOf(SealedBackup backup) throws Exception {
        BackupSink sink = sink();

        StoredBackup stored = store(sink, backup);

        assertThat(digest(sink, stored)).isEqualTo(backup.sha256());
        assertHolds(backup);
    }

    @Test
    void keepsBackupsStoredInAnyOrder() throws Exception {
        BackupSink sink = sink();
        SealedBackup first = small();
        SealedBackup second = small();
        SealedBackup third = small();
        SealedBackup unrelated = supply.fork().next(1000);

        for (SealedBackup backup : List.of(second, third, unrelated, first)) {
            store(sink, backup);
        }

        assertHolds(first, second, third, unrelated);
    }

    @Test
    void listsTrueHints() throws Exception {
        BackupSink sink = sink();
        List<SealedBackup> backups = List.of(small(), supply.ours().next(70_000), small());
        for (SealedBackup backup : backups) {
            store(sink, backup).hint().ifPresent(hint -> assertTrue(hint, backup));
        }

        for (SealedBackup backup : backups) {
            entryOf(sink, backup.header().id()).hint().ifPresent(hint -> assertTrue(hint, backup));
        }
    }

    private static void assertTrue(Hint hint, SealedBackup backup) {
        Hint truth = Hint.of(backup.header(), backup.size());
        assertThat(hint).usingRecursiveComparison().ignoringFields("createdAt").isEqualTo(truth);
        assertThat(hint.createdAt()).isCloseTo(truth.createdAt(), within(1, ChronoUnit.SECONDS));
    }

    @Test
    void storingAStoredBackupAgainSucceeds() throws Exception {
        BackupSink sink = sink();
        SealedBackup older = small();
        SealedBackup backup = small();
        store(sink, older);
        store(sink, backup);

        store(sink, backup);
        store(sink(), backup);
        store(sink(), older);

        assertHolds(older, backup);
    }

    @Test
    void deletesOnlyTheGivenEntry() throws Exception {
        BackupSink sink = sink();
        SealedBackup oldest = small();
        SealedBackup older = small();
        SealedBackup newest = small();
        for (SealedBackup backup : List.of(oldest, older, newest)) {
            store(sink, backup);
        }
        StoredBackup entry = entryOf(sink, older.header().id());

        sink.delete(entry, enough());

        assertHolds(oldest, newest);
    }

    @Test
    void deletingADeletedEntrySucceeds() throws Exception {
        BackupSink sink = sink();
        SealedBackup older = small();
        SealedBackup newest = small();
        store(sink, older);
        store(sink, newest);
        StoredBackup entry = entryOf(sink, older.header().id());
        sink.delete(entry, enough());

        sink.delete(entry, enough());
        sink().delete(entry, enough());

        assertHolds(newest);
    }

    @Test
    void listsProtectedBackupsAndRefusesToDeleteThem() throws Exception {
        BackupSink sink = sink();
        SealedBackup chosen = small();
        SealedBackup other = small();
        store(sink, chosen);
        store(sink, other);

        protect(sink, chosen, true);
        protect(sink, chosen, true);
        SealedBackup newest = small();
        store(sink, newest);

        assertThat(isProtected(sink(), chosen)).isTrue();
        assertThat(isProtected(sink(), other)).isFalse();
        assertThat(isProtected(sink(), newest)).isFalse();
        StoredBackup entry = entryOf(sink, chosen.header().id());
        TimedCall.start("delete of a protected entry", enough(), () -> {
                    sink.delete(entry, enough());
                    return "deleted";
                })
                .failsWithin(patience());
        assertHolds(chosen, other, newest);
    }

    @Test
    void deletesABackupWhoseProtectionWasLifted() throws Exception {
        BackupSink sink = sink();
        SealedBackup chosen = small();
        SealedBackup newest = small();
        store(sink, chosen);
        store(sink, newest);
        protect(sink, chosen, true);

        protect(sink(), chosen, false);

        assertThat(isProtected(sink(), chosen)).isFalse();
        sink.delete(entryOf(sink, chosen.header().id()), enough());
        assertHolds(newest);
    }

    private void protect(BackupSink sink, SealedBackup backup, boolean isProtected) throws IOException {
        boolean done = sink.protect(entryOf(sink, backup.header().id()), isProtected, enough());
        if (!canProtect()) {
            assertThat(done)
                    .as("the result of protect() where canProtect() is false")
                    .isFalse();
            Assumptions.abort("skipped: canProtect() is false");
        }
        assertThat(done)
                .as("whether %s protects backups; see canProtect()", sink.name())
                .isTrue();
    }

    private boolean isProtected(BackupSink sink, SealedBackup backup) throws IOException {
        return entryOf(sink, backup.header().id())
                .hint()
                .filter(Hint::isProtected)
                .isPresent();
    }

    @Test
    void failsToOpenADeletedEntry() throws Exception {
        BackupSink sink = sink();
        SealedBackup older = small();
        store(sink, older);
        store(sink, small());
        StoredBackup entry = entryOf(sink, older.header().id());
        sink.delete(entry, enough());

        TimedCall.start("open of a deleted entry", enough(), () -> digest(sink, entry))
                .failsWithin(patience());
    }

    @Test
    void doesNotListTheBackupsOfOtherApplications() throws Exception {
        SealedBackups others = supply.ofAnotherApplication();
        store(sinkOf(others), others.next(1000));

        assertHolds();
    }

    @Test
    void showsTheNewestBackupOfAnotherApplicationAndNoneOfItsOwn() throws Exception {
        SealedBackups others = supply.ofAnotherApplication();
        SealedBackup older = others.next(1000);
        SealedBackup newest = others.next(1000);
        BackupSink theirs = sinkOf(others);
        store(theirs, older);
        store(theirs, newest);
        if (servesSeveralApplications()) {
            store(sink(), small());
        }
        Object before = contents();

        BackupSink sink = sink();
        List<StoredBackup> shown = sink.listOthers(enough());

        assertThat(digests(sink, shown))
                .containsExactlyElementsOf(canListOthers() ? List.of(newest.sha256()) : List.of());
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void keepsBackupsOfSeveralApplicationsApart() throws Exception {
        Assumptions.assumeTrue(servesSeveralApplications(), "skipped: servesSeveralApplications() is false");
        SealedBackups others = supply.ofAnotherApplication();
        SealedBackup ours = small();
        SealedBackup theirs = others.next(1000);
        store(sink(), ours);
        StoredBackup stored = store(sinkOf(others), theirs);

        assertHolds(ours);
        assertThat(digest(sinkOf(others), stored)).isEqualTo(theirs.sha256());
    }

    @Test
    void listsBackupsUnderAnUnknownKey() throws Exception {
        SealedBackups before = supply.underAnotherKey();
        SealedBackup locked = before.next(1000);
        store(sinkOf(before), locked);

        BackupSink sink = sink();

        assertThat(digests(sink, entries(sink)))
                .as("an application that does not see it would start empty, over a backup that another key opens")
                .containsExactly(locked.sha256());
    }

    @Test
    void ignoresForeignEntries() throws Exception {
        BackupSink sink = sink();
        SealedBackup before = small();
        SealedBackup after = small();
        store(sink, before);

        addForeignEntry();
        assertHolds(before);
        store(sink, after);

        assertHolds(before, after);
    }

    private List<String> digests(BackupSink sink, List<StoredBackup> entries) throws IOException {
        List<String> digests = new ArrayList<>();
        for (StoredBackup entry : entries) {
            digests.add(digest(sink, entry));
        }
        return digests;
    }
}
