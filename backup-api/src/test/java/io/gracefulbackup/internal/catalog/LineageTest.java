package io.gracefulbackup.internal.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.BackupHeader.Guarded;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.catalog.Lineage.RestoredParent;
import io.gracefulbackup.internal.fixtures.Lines;
import io.gracefulbackup.internal.format.Section;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineageTest {
    private static final Instant NOW = Instant.parse("2026-01-14T15:30:45Z");

    private final Lineage lineage = empty();
    private int drawn;

    @Test
    void numbersBackupsAndNamesTheirAncestors() {
        BackupHeader first = store("a");
        BackupHeader second = store("b");
        BackupHeader third = next();

        assertThat(first.parent()).isEmpty();
        assertThat(second.parent()).contains(first.id());
        assertThat(third.ancestors()).containsExactly(second.id(), first.id());
        assertThat(third.namedFrom()).isZero();
        assertThat(lineage.position()).isEqualTo(new BackupVersion(1, 3));
    }

    @Test
    void namesTheNewest64Ancestors() {
        List<BackupHeader> line =
                IntStream.range(0, 70).mapToObj(i -> store("state " + i)).toList();

        BackupHeader last = next();

        assertThat(last.ancestors())
                .hasSize(64)
                .startsWith(line.get(69).id())
                .endsWith(line.get(6).id());
        assertThat(last.namedFrom()).isEqualTo(line.get(6).sequence());
    }

    @Test
    void whatIsStoredStaysNamedHoweverLongNothingCanBe() {
        BackupHeader stored = store("stored");
        List<BackupHeader> outage = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            outage.add(note("unstored " + i));
        }

        BackupHeader afterwards = next();

        assertThat(afterwards.ancestors()).hasSize(64).contains(stored.id());
        assertThat(afterwards.ancestors().subList(0, 8))
                .as("the newest may have been stored, although no reply came")
                .isEqualTo(reversed(outage.subList(192, 200)));
        assertThat(afterwards.namedFrom())
                .as("from here on none is left out")
                .isEqualTo(outage.get(137).sequence());
    }

    @Test
    void continuesTheNamesOfTheRestoredBackup() {
        for (int i = 0; i < 100; i++) {
            store("state " + i);
        }
        BackupHeader parent = next();

        Lineage restarted = restarted(parent, "content", parent.sequence());
        BackupHeader child = restarted.next(id(), "child", NOW, "SIGTERM");

        assertThat(child.sequence()).isEqualTo(parent.sequence() + 1);
        assertThat(child.ancestors()).hasSize(64).startsWith(parent.id());
        assertThat(child.ancestors().subList(1, 64))
                .isEqualTo(parent.ancestors().subList(0, 63));
        assertThat(child.namedFrom()).isEqualTo(parent.namedFrom() + 1);
    }

    @Test
    void tellsAParentOfTheSameContent() {
        BackupHeader parent = store("same");

        assertThat(lineage.note(next(), "same", sections(1)).equalParent()).contains(parent.id());
        assertThat(lineage.note(next(), "other", sections(1)).equalParent()).isEmpty();
    }

    @Test
    void tellsARestoredParentOfTheSameContent() {
        BackupHeader parent = next();
        Lineage restarted = restarted(parent, "same", 1);

        assertThat(restarted
                        .note(restarted.next(id(), "child", NOW, "SIGTERM"), "same", sections(1))
                        .equalParent())
                .contains(parent.id());
    }

    @Test
    void guardsTheBackupBeforeTheStateShrankByMoreThanHalf() {
        BackupHeader large = store("large", 1000);

        BackupHeader half = next();
        assertThat(lineage.note(half, "half", sections(500)).beforeShrink()).isEmpty();
        BackupHeader less = next();
        assertThat(lineage.note(less, "less", sections(499)))
                .isEqualTo(new ContentChange(Optional.empty(), Optional.of(large.id())));

        assertThat(less.guarded()).isEmpty();
        assertThat(next().guarded()).containsExactly(new Guarded(large.id(), NOW));
    }

    @Test
    void comparesWithTheLastBackupThatASinkHolds() {
        BackupHeader stored = store("stored", 1000);
        note("unstored", 10);

        assertThat(lineage.note(next(), "small", sections(10)).beforeShrink()).contains(stored.id());
    }

    @Test
    void guardsFor30DaysAndOverRestarts() {
        store("large", 1000);
        note("small", 1);
        BackupHeader parent = next();

        Lineage restarted = restarted(parent, "small", parent.sequence());

        Instant last = NOW.plus(Duration.ofDays(30)).minusMillis(1);
        assertThat(restarted.next(id(), "", last, "").guarded()).isEqualTo(parent.guarded());
        assertThat(restarted.next(id(), "", last.plusMillis(1), "").guarded()).isEmpty();
    }

    @Test
    void guardsWhatTheRestoredBackupShrankFromAlthoughItsHeaderWasWrittenTooEarly() {
        BackupHeader large = store("large", 1000);
        BackupHeader small = note("small", 1);
        assertThat(small.guarded()).isEmpty();

        Lineage restarted = restarted(small, "small", small.sequence());

        assertThat(restarted.next(id(), "", NOW, "").guarded()).containsExactly(new Guarded(large.id(), NOW));
    }

    @Test
    void guardsNoLongerWhatTheOperatorAcknowledged() {
        BackupHeader large = store("large", 1000);
        store("small", 1);
        store("large again", 1000);
        note("small again", 1);

        lineage.acknowledge(large.id());

        assertThat(next().guarded()).hasSize(1).noneMatch(guard -> guard.id().equals(large.id()));
    }

    @Test
    void aStateThatShrinksAgainAndAgainGuardsTheFirstAndTheLast() {
        List<BackupHeader> large = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            large.add(store("large " + i, 1000));
            note("small " + i, 1);
            lineage.stored(next().id());
        }

        List<BackupId> guarded = next().guarded().stream().map(Guarded::id).toList();

        assertThat(guarded)
                .hasSize(BackupHeader.MAX_GUARDED)
                .startsWith(large.get(0).id(), large.get(1).id())
                .endsWith(large.get(29).id());
    }

    @Test
    void whatIsDiscardedLeavesNothingButItsNumber() {
        BackupHeader parent = store("same", 7);
        BackupHeader unchanged = note("same", 7);

        lineage.discard(unchanged);

        BackupHeader after = next();
        assertThat(after.sequence()).isEqualTo(unchanged.sequence() + 1);
        assertThat(after.ancestors()).containsExactly(parent.id());
        assertThat(lineage.note(after, "same", sections(3)))
                .isEqualTo(new ContentChange(Optional.of(parent.id()), Optional.of(parent.id())));
    }

    @Test
    void goesOnFromWhatTheRunningApplicationRestored() {
        BackupHeader chosen = store("chosen");
        store("later");

        lineage.restart(new RestoredParent(chosen, "chosen", sections(1)), new BackupVersion(2, 9));

        BackupHeader next = next();
        assertThat(next.epoch()).isEqualTo(2);
        assertThat(next.sequence()).isEqualTo(10);
        assertThat(next.ancestors()).containsExactly(chosen.id());
        assertThat(lineage.note(next, "chosen", sections(1)).equalParent()).contains(chosen.id());
    }

    private static Lineage empty() {
        return new Lineage(origin(), null, Lineage.BEFORE_FIRST);
    }

    /** Another process that has restored this backup. */
    private static Lineage restarted(BackupHeader parent, String content, long lastSequence) {
        return new Lineage(
                origin(), new RestoredParent(parent, content, sections(1)), new BackupVersion(1, lastSequence));
    }

    private static Lineage.Origin origin() {
        return new Lineage.Origin("app", null, "instance");
    }

    private BackupId id() {
        return new BackupId(String.format("%032x", ++drawn));
    }

    private BackupHeader next() {
        return lineage.next(id(), "name", NOW, "MANUAL");
    }

    @Test
    void guardsTheBackupBeforeOneOfManySectionsWasEmptied() {
        BackupHeader before = lineage.next(id(), "before", NOW, "SIGTERM");
        lineage.note(before, "before", List.of(new Section("blocks", 1, 1_000_000), new Section("users", 1, 5_000)));
        lineage.stored(before.id());
        BackupHeader after = next();
        List<Section> now = List.of(new Section("blocks", 1, 1_000_000), new Section("users", 1, 2));

        assertThat(lineage.note(after, "after", now).beforeShrink()).contains(before.id());

        Lineage restarted = new Lineage(origin(), new RestoredParent(after, "after", now), after.version());
        assertThat(restarted.next(id(), "next", NOW, "SIGTERM").guarded())
                .extracting(Guarded::id)
                .containsExactly(before.id());
    }

    @Test
    void aHeaderHasRoomForTheNamesOfManySections() {
        BackupHeader before = lineage.next(id(), "before", NOW, "SIGTERM");
        List<Section> many = IntStream.range(0, 1_000)
                .mapToObj(i -> new Section("section with a long name " + i, 1, 5_000))
                .toList();
        lineage.note(before, "before", many);
        lineage.stored(before.id());

        assertThat(next().before()).hasValueSatisfying(known -> {
            assertThat(known.stateBytes()).isEqualTo(5_000_000);
            assertThat(known.sectionBytes()).isEmpty();
        });
    }

    private static List<Section> sections(long bytes) {
        return List.of(new Section("text", 1, bytes));
    }

    private BackupHeader note(String content) {
        return note(content, 1);
    }

    private BackupHeader note(String content, long stateBytes) {
        BackupHeader sealed = next();
        lineage.note(sealed, content, sections(stateBytes));
        return sealed;
    }

    private BackupHeader store(String content) {
        return store(content, 1);
    }

    private BackupHeader store(String content, long stateBytes) {
        BackupHeader sealed = note(content, stateBytes);
        lineage.stored(sealed.id());
        return sealed;
    }

    private static List<BackupId> reversed(List<BackupHeader> headers) {
        List<BackupId> ids = new ArrayList<>();
        headers.forEach(header -> ids.add(0, header.id()));
        return ids;
    }

    @Test
    void aChoiceThatNoAncestorFollowedStaysHonouredAndLeavesNothingBehind() {
        Lineage lineage = new Lineage(new Lineage.Origin("app", null, "one"));
        Choice onAnotherLine = new Choice("empty", new BackupVersion(2, 4));
        BackupHeader restored = Lines.root("a").next();
        lineage.begin(
                new RestoredParent(restored, null, List.of()),
                new BackupVersion(3, 4),
                List.of(onAnotherLine),
                List.of());

        assertThat(lineage.next(restored.id(), "name", Instant.EPOCH, "SIGTERM").choices())
                .containsExactly(new Choice("empty", new BackupVersion(0, 0)));
    }
}
