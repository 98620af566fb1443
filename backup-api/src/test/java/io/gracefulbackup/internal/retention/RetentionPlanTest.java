package io.gracefulbackup.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.RetentionReport.Verdict;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.fixtures.Lines;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.internal.retention.RetentionPlan.Terms;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RetentionPlanTest {
    private static final int SIZE = 100;
    private static final MemorySink SINK = new MemorySink("sink");

    private final Lines line = Lines.root("a");
    private final Map<String, CatalogEntry> truth = new LinkedHashMap<>();
    private final List<CatalogEntry> listing = new ArrayList<>();
    private final List<CatalogEntry> opened = new ArrayList<>();
    private RetentionPolicy policy = RetentionPolicy.keepLast(2);
    private ContentChange change = ContentChange.NONE;
    private Instant now = Lines.NOW;

    @Test
    void keepsTheNewestBackupsOfItsLine() {
        List<BackupHeader> backups = hold(line.grow(4));

        assertThat(verdicts(backups.get(3)))
                .containsExactly(Verdict.NEWEST, Verdict.WITHIN_POLICY, Verdict.SURPLUS, Verdict.SURPLUS);
        assertThat(opened).as("only what goes is opened").hasSize(2);
    }

    @Test
    void keepAllKeepsAll() {
        policy = RetentionPolicy.keepAll();
        List<BackupHeader> backups = hold(line.grow(20));
        change = new ContentChange(Optional.of(backups.get(18).id()), Optional.empty());

        assertThat(verdicts(backups.get(19))).allMatch(Verdict::isKept);
        assertThat(opened).isEmpty();
    }

    @Test
    void boundsTheBytes() {
        policy = RetentionPolicy.keepLast(10).withinBytes(3 * SIZE);
        List<BackupHeader> backups = hold(line.grow(5));

        assertThat(verdicts(backups.get(4)).stream().filter(Verdict::isKept)).hasSize(3);
    }

    @Test
    void theNewestStaysEvenIfItAloneIsTooLarge() {
        policy = RetentionPolicy.keepLast(10).withinBytes(1);
        List<BackupHeader> backups = hold(line.grow(3));

        assertThat(verdicts(backups.get(2))).containsExactly(Verdict.NEWEST, Verdict.OVER_BYTES, Verdict.OVER_BYTES);
    }

    @Test
    void anEqualParentThatSomebodyAskedForByNameStaysAsAnyOther() {
        BackupHeader named = named(line.next());
        hold(List.of(named));
        BackupHeader newest = line.next();
        hold(List.of(newest));
        change = new ContentChange(Optional.of(named.id()), Optional.empty());

        assertThat(verdicts(newest)).containsExactly(Verdict.NEWEST, Verdict.WITHIN_POLICY);

        policy = RetentionPolicy.keepLast(1);
        assertThat(verdicts(newest)).containsExactly(Verdict.NEWEST, Verdict.SURPLUS);
    }

    @Test
    void theEqualParentGoesBeforeOlderOnes() {
        List<BackupHeader> backups = hold(line.grow(3));
        change = new ContentChange(Optional.of(backups.get(1).id()), Optional.empty());

        assertThat(verdicts(backups.get(2)))
                .containsExactly(Verdict.NEWEST, Verdict.SAME_AS_NEXT, Verdict.WITHIN_POLICY);
    }

    @Test
    void theLastBeforeTheStateShrankStaysAndTakesNobodysPlace() {
        List<BackupHeader> backups = hold(line.grow(4));
        change = new ContentChange(Optional.empty(), Optional.of(backups.get(2).id()));

        assertThat(verdicts(backups.get(3)))
                .containsExactly(Verdict.NEWEST, Verdict.BEFORE_SHRINK, Verdict.WITHIN_POLICY, Verdict.SURPLUS);
    }

    @Test
    void whatTheNewestHeaderGuardsStaysFor30Days() {
        List<BackupHeader> backups = hold(line.grow(3));
        BackupHeader newest = guarding(line.next(), backups.get(0).id());
        hold(List.of(newest));
        policy = RetentionPolicy.keepLast(1);

        assertThat(verdicts(newest))
                .containsExactly(Verdict.NEWEST, Verdict.SURPLUS, Verdict.SURPLUS, Verdict.BEFORE_SHRINK);
        now = Lines.NOW.plus(Duration.ofDays(30));
        assertThat(verdicts(newest)).endsWith(Verdict.SURPLUS);
    }

    @Test
    void aHintThatHidesAGuardedBackupDoesNotLetItGo() {
        List<BackupHeader> backups = line.grow(3);
        hold(backups.get(0), hint -> withId(hint, backups.get(1).id()));
        BackupHeader newest = guarding(line.next(), backups.get(0).id());
        hold(List.of(newest));
        policy = RetentionPolicy.keepLast(1);

        assertThat(verdicts(newest)).containsExactly(Verdict.NEWEST, Verdict.BEFORE_SHRINK);
    }

    @Test
    void whatTheOperatorProtectedStays() {
        List<BackupHeader> backups = line.grow(3);
        hold(backups.get(0), RetentionPlanTest::isProtected);
        hold(backups.subList(1, 3));
        policy = RetentionPolicy.keepLast(1);

        assertThat(verdicts(backups.get(2))).containsExactly(Verdict.NEWEST, Verdict.SURPLUS, Verdict.PROTECTED);
    }

    @Test
    void headsOfOtherLinesStayFor30DaysAndTheirAncestorsDoNot() {
        hold(line.grow(1));
        Lines other = line.fork();
        hold(other.grow(2));
        List<BackupHeader> ours = hold(line.grow(3));
        policy = RetentionPolicy.keepLast(1);

        assertThat(verdicts(ours.get(2)))
                .as("ours 4, ours 3 and theirs 3, ours 2 and theirs 2, the common one")
                .containsExactlyInAnyOrder(
                        Verdict.NEWEST,
                        Verdict.SURPLUS,
                        Verdict.FORK,
                        Verdict.SURPLUS,
                        Verdict.SURPLUS,
                        Verdict.SURPLUS);
        now = Lines.NOW.plus(Duration.ofDays(30));
        assertThat(verdicts(ours.get(2))).doesNotContain(Verdict.FORK);
    }

    @Test
    void aNewerBackupOfAnotherInstanceStays() {
        hold(line.grow(1));
        Lines other = line.fork();
        BackupHeader ours = line.next();
        hold(List.of(ours));
        hold(other.grow(2).subList(1, 2));
        policy = RetentionPolicy.keepLast(1);
        now = Lines.NOW.plus(Duration.ofDays(365));

        assertThat(verdicts(ours)).containsExactly(Verdict.NEWEST, Verdict.NEWEST, Verdict.SURPLUS);
    }

    @Test
    void whatNoHeaderAtHandKnowsStaysFor30Days() {
        List<BackupHeader> backups = line.grow(500);
        hold(List.of(backups.get(0), backups.get(499)));
        policy = RetentionPolicy.keepLast(1);

        assertThat(verdicts(backups.get(499))).containsExactly(Verdict.NEWEST, Verdict.UNRELATED);
        now = Lines.NOW.plus(Duration.ofDays(30));
        assertThat(verdicts(backups.get(499))).containsExactly(Verdict.NEWEST, Verdict.SURPLUS);
    }

    @Test
    void readsFewHeadersOfALongLine() {
        List<BackupHeader> backups = hold(line.grow(102));
        policy = RetentionPolicy.keepLast(100);

        assertThat(verdicts(backups.get(101)).stream().filter(Verdict::isKept)).hasSize(100);
        assertThat(opened)
                .as("the two that go, and one that names those beyond 64")
                .hasSize(3);
    }

    @Test
    void aDamagedEntryGoesOnlyWhenItIsSurplusAndSuperseded() {
        List<BackupHeader> backups = line.grow(3);
        damaged(backups.get(0));
        hold(backups.subList(1, 3));
        damaged(line.fork().next());

        assertThat(verdicts(backups.get(2)))
                .as("the newest by its hint, ours, ours, the oldest")
                .containsExactly(Verdict.DAMAGED, Verdict.NEWEST, Verdict.WITHIN_POLICY, Verdict.DAMAGED_SURPLUS);
        policy = RetentionPolicy.keepLast(3);
        assertThat(verdicts(backups.get(2)))
                .containsExactly(Verdict.DAMAGED, Verdict.NEWEST, Verdict.WITHIN_POLICY, Verdict.WITHIN_POLICY);
    }

    @Test
    void aDamagedAncestorTakesTheSamePlaceReadOrNot() {
        BackupHeader old = line.next(Lines.NOW.minus(BackupHeader.GUARDED_FOR));
        List<BackupHeader> backups = line.grow(70);
        hold(List.of(old));
        hold(backups.get(20), hint -> null);
        damaged(backups.get(21));
        BackupHeader newest = backups.get(69);
        hold(List.of(newest));

        assertThat(verdicts(newest))
                .as("no name reaches the oldest, so the damaged one is read")
                .containsExactly(Verdict.NEWEST, Verdict.DAMAGED, Verdict.SURPLUS, Verdict.SURPLUS);
        listing.removeIf(listed -> listed.stored().location().equals("at " + old.id()));
        assertThat(verdicts(newest))
                .as("the oldest is gone, so it is not")
                .containsExactly(Verdict.NEWEST, Verdict.WITHIN_POLICY, Verdict.SURPLUS);
    }

    @Test
    void aDamagedAncestorThatDoesNotFitTheBytesGoes() {
        policy = RetentionPolicy.keepLast(10).withinBytes(2 * SIZE);
        List<BackupHeader> backups = line.grow(3);
        damaged(backups.get(0));
        hold(backups.subList(1, 3));

        assertThat(verdicts(backups.get(2)))
                .containsExactly(Verdict.NEWEST, Verdict.WITHIN_POLICY, Verdict.DAMAGED_SURPLUS);
    }

    @Test
    void whatCannotBeReadHereStays() {
        List<BackupHeader> backups = line.grow(3);
        unreadable(backups.get(0), new UnreadableBackupException.WrongKey("another key", "00"));
        hold(backups.subList(1, 3));
        policy = RetentionPolicy.keepLast(1);

        assertThat(verdicts(backups.get(2))).containsExactly(Verdict.NEWEST, Verdict.SURPLUS, Verdict.UNREADABLE);
    }

    @Test
    void tellsOfForks() {
        hold(line.grow(1));
        BackupHeader fork = line.fork().next();
        hold(List.of(fork));
        BackupHeader newest = line.next();

        assertThat(plan(newest).forks()).containsExactly(fork);
    }

    private List<BackupHeader> hold(List<BackupHeader> backups) {
        backups.forEach(backup -> hold(backup, hint -> hint));
        return backups;
    }

    private void hold(BackupHeader backup, UnaryOperator<Hint> lie) {
        StoredBackup entry = entry(backup, lie);
        add(entry, new CatalogEntry.Authenticated(SINK, entry, backup));
    }

    private void damaged(BackupHeader backup) {
        unreadable(backup, new UnreadableBackupException.DamagedPreamble("damaged"));
    }

    private void unreadable(BackupHeader backup, UnreadableBackupException why) {
        StoredBackup entry = entry(backup, hint -> hint);
        add(entry, new CatalogEntry.Unreadable(SINK, entry, why));
    }

    private void add(StoredBackup entry, CatalogEntry listed) {
        truth.put(entry.location(), listed);
        listing.add(new CatalogEntry.Unread(SINK, entry, false));
    }

    private static StoredBackup entry(BackupHeader backup, UnaryOperator<Hint> lie) {
        return StoredBackup.at("at " + backup.id(), lie.apply(Hint.of(backup, SIZE)));
    }

    private static Hint isProtected(Hint hint) {
        return new Hint(hint.id(), hint.epoch(), hint.sequence(), hint.size(), hint.createdAt(), true);
    }

    private static Hint withId(Hint hint, BackupId id) {
        return new Hint(id, hint.epoch(), hint.sequence(), hint.size(), hint.createdAt());
    }

    static BackupHeader guarding(BackupHeader header, BackupId id) {
        return header.toBuilder()
                .guarded(List.of(new BackupHeader.Guarded(id, Lines.NOW)))
                .build();
    }

    private static BackupHeader named(BackupHeader header) {
        return header.toBuilder().reason(Lineage.REASON_BY_NAME).build();
    }

    private List<Verdict> verdicts(BackupHeader newest) {
        return List.copyOf(plan(newest).verdicts().values());
    }

    private RetentionPlan plan(BackupHeader newest) {
        opened.clear();
        return RetentionPlan.of(listing, new Terms(policy, newest, SIZE, change, now), listed -> {
            opened.add(listed);
            return truth.get(listed.stored().location());
        });
    }
}
