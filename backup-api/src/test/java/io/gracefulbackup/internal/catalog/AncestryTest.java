package io.gracefulbackup.internal.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.internal.catalog.Ancestry.Relation;
import io.gracefulbackup.internal.fixtures.Lines;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AncestryTest {
    private static final Instant NOW = Instant.parse("2026-01-14T15:30:45Z");

    @Test
    void whatIsNamedIsAnAncestor() {
        List<BackupHeader> line = Lines.root("a").grow(3);

        assertRelation(line.get(0), line.get(2), Relation.ANCESTOR);
        assertRelation(line.get(1), line.get(2), Relation.ANCESTOR);
    }

    @Test
    void whatIsNotOlderIsNoAncestor() {
        List<BackupHeader> line = Lines.root("a").grow(3);

        assertRelation(line.get(2), line.get(0), Relation.NOT_ANCESTOR);
        assertRelation(line.get(2), line.get(2), Relation.NOT_ANCESTOR);
    }

    @Test
    void twoInstancesWithTheSameNumbersAreAFork() {
        Lines common = Lines.root("a");
        BackupHeader parent = common.next();
        BackupHeader one = common.fork().next();
        BackupHeader other = common.fork().next();

        assertThat(one.sequence()).isEqualTo(other.sequence());
        assertThat(one.epoch()).isEqualTo(other.epoch());
        assertRelation(one, other, Relation.NOT_ANCESTOR);
        assertRelation(other, one, Relation.NOT_ANCESTOR);
        assertThat(ancestry(parent, one, other).forks(one)).containsExactly(other);
        assertThat(ancestry(parent, one, other).forks(other)).containsExactly(one);
        assertThat(ancestry(parent, one, other).heads()).containsExactlyInAnyOrder(one, other);
    }

    @Test
    void twoRootsAreAFork() {
        BackupHeader one = Lines.root("a").next();
        List<BackupHeader> others = Lines.root("b").grow(5);

        assertRelation(one, others.get(4), Relation.NOT_ANCESTOR);
        assertThat(ancestry(concat(others, one)).forks(others.get(4))).containsExactly(one);
    }

    @Test
    void aLineHasOneHeadAndNoFork() {
        List<BackupHeader> line = Lines.root("a").grow(200);

        assertThat(new Ancestry(line).heads()).containsExactly(line.get(199));
        assertThat(new Ancestry(line).forks(line.get(199))).isEmpty();
    }

    @Test
    void anAncestorBeyondAllNamesIsUnknownAndNoFork() {
        List<BackupHeader> line = Lines.root("a").grow(500);
        BackupHeader newest = line.get(499);

        assertRelation(line.get(0), newest, Relation.UNKNOWN);
        assertThat(ancestry(line.get(0), newest).forks(newest)).isEmpty();
        assertThat(ancestry(line.get(0), newest).heads())
                .as("nothing at hand descends from it")
                .containsExactly(newest, line.get(0));
    }

    @Test
    void knownAncestorsNameMore() {
        List<BackupHeader> line = Lines.root("a").grow(200);
        BackupHeader newest = line.get(199);

        assertThat(ancestry(line.get(20), line.get(80), line.get(140), newest)
                        .ancestorsOf(newest)
                        .relation(line.get(20)))
                .isEqualTo(Relation.ANCESTOR);
        assertThat(ancestry(line.get(20), line.get(80), newest)
                        .ancestorsOf(newest)
                        .relation(line.get(20)))
                .as("the link at 140 is missing")
                .isEqualTo(Relation.UNKNOWN);
    }

    @Test
    void anOldForkIsFoundThroughKnownAncestors() {
        Lines common = Lines.root("a");
        common.grow(10);
        BackupHeader fork = common.fork().next();
        List<BackupHeader> line = common.grow(100);
        BackupHeader newest = line.get(99);

        assertRelation(fork, newest, Relation.UNKNOWN);
        assertThat(ancestry(fork, line.get(50), newest).ancestorsOf(newest).relation(fork))
                .isEqualTo(Relation.NOT_ANCESTOR);
    }

    @Test
    void anAncestorOnOneSideProvesNothingAboutWhatCameAfterIt() {
        List<BackupHeader> line = Lines.root("a").grow(200);

        assertThat(ancestry(line.get(20), line.get(60), line.get(199))
                        .ancestorsOf(line.get(199))
                        .relation(line.get(60)))
                .isEqualTo(Relation.UNKNOWN);
    }

    @Test
    void whatWasLeftOutBecauseNobodyConfirmedItIsNoFork() {
        Lines line = Lines.root("a");
        line.next();
        List<BackupHeader> outage = line.unstored(100);
        BackupHeader newest = line.next();

        BackupHeader late = outage.get(20);
        assertThat(newest.ancestors()).doesNotContain(late.id());
        assertRelation(late, newest, Relation.UNKNOWN);
        assertRelation(outage.get(98), newest, Relation.ANCESTOR);
    }

    @Test
    void aNewEpochDoesNotBreakTheLine() {
        Lines line = Lines.root("a");
        BackupHeader before = line.next();
        BackupHeader after = line.chosen(null).next();

        assertThat(after.epoch()).isGreaterThan(before.epoch());
        assertRelation(before, after, Relation.ANCESTOR);
    }

    @Test
    void tellsOfYoungForks() {
        Lines common = Lines.root("a");
        BackupHeader parent = common.next();
        BackupHeader one = common.fork().next();
        BackupHeader other = common.fork().next();
        Ancestry ancestry = ancestry(parent, one, other);

        assertThat(ancestry.forksToReport(one, NOW.plus(Duration.ofDays(30)).minusSeconds(1), head -> List.of()))
                .containsExactly(other);
        assertThat(ancestry.forksToReport(one, NOW.plus(Duration.ofDays(30)), head -> List.of()))
                .isEmpty();
        assertThat(ancestry.forksToReport(one, NOW.minus(Duration.ofDays(365)), head -> List.of()))
                .as("a clock that was ahead")
                .containsExactly(other);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void doesNotTellOfWhatWasChosenAgainst(int backupsSince) {
        Lines common = Lines.root("a");
        common.next();
        BackupHeader left = common.fork().next();
        Lines chosen = common.fork();
        chosen.next();
        List<BackupHeader> since = chosen.chosen("id").grow(backupsSince);
        BackupHeader newest = since.get(backupsSince - 1);

        Ancestry ancestry = ancestry(concat(since, left));
        assertThat(ancestry.forks(newest)).containsExactly(left);
        assertThat(ancestry.forksToReport(newest, NOW, head -> List.of())).isEmpty();
    }

    @Test
    void tellsOfAForkThatCameAfterTheChoice() {
        Lines common = Lines.root("a");
        common.next();
        Lines old = common.fork();
        old.next();
        BackupHeader newest = common.fork().chosen("id").next();
        BackupHeader late = old.next();

        assertThat(ancestry(newest, late).forksToReport(newest, NOW, head -> List.of()))
                .containsExactly(late);
    }

    @Test
    void aFallbackLeavesABackupBehindOnlyWhereItCouldNotBeUsed() {
        Lines common = Lines.root("a");
        common.next();
        BackupHeader damaged = common.fork().next();
        BackupHeader newest = common.fork()
                .chosen(HonouredChoices.fallback(damaged.id(), List.of("alpha", "bravo")))
                .next();
        Ancestry ancestry = ancestry(damaged, newest);

        assertThat(ancestry.forksToReport(newest, NOW, head -> List.of("bravo")))
                .isEmpty();
        assertThat(ancestry.forksToReport(newest, NOW, head -> List.of("alpha", "bravo")))
                .isEmpty();
        assertThat(ancestry.forksToReport(newest, NOW, head -> List.of("alpha", "charlie")))
                .as("charlie may have an intact copy")
                .containsExactly(damaged);
    }

    @Test
    void aChoiceOfTheNewestLeavesNothingBehind() {
        Lines common = Lines.root("a");
        Lines other = common.fork();
        BackupHeader late = other.next();
        common.next();
        common.next();
        BackupHeader chosen = common.next();
        BackupHeader newest = chosen.toBuilder()
                .choices(List.of(new Choice("id:" + chosen.parent().orElseThrow(), chosen.version())))
                .build();

        assertThat(ancestry(late, newest).forksToReport(newest, NOW, head -> List.of()))
                .containsExactly(late);
    }

    @Test
    @Timeout(20)
    void tenThousandHeadsOfALongLineTakeNoTime() {
        Lines common = Lines.root("a");
        List<BackupHeader> all = new ArrayList<>(common.grow(2_000));
        List<BackupHeader> heads = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            heads.add(common.fork().next());
        }
        all.addAll(heads);

        assertThat(new Ancestry(all).forks(heads.get(0))).hasSize(9_999);
    }

    private static void assertRelation(BackupHeader older, BackupHeader younger, Relation expected) {
        assertThat(ancestry(older, younger).ancestorsOf(younger).relation(older))
                .isEqualTo(expected);
    }

    private static Ancestry ancestry(BackupHeader... headers) {
        return new Ancestry(Arrays.asList(headers));
    }

    private static BackupHeader[] concat(List<BackupHeader> headers, BackupHeader one) {
        List<BackupHeader> all = new ArrayList<>(headers);
        all.add(one);
        return all.toArray(BackupHeader[]::new);
    }
}
