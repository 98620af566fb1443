package io.gracefulbackup.internal.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.internal.install.SituationSink.Answer;
import io.gracefulbackup.internal.install.SituationSink.Damage;
import io.gracefulbackup.internal.install.SituationSink.Hints;
import io.gracefulbackup.internal.install.SituationSink.Keeps;
import io.gracefulbackup.internal.install.SituationSink.Opening;
import io.gracefulbackup.internal.install.SituationWorld.Choice;
import io.gracefulbackup.internal.install.SituationWorld.Outcome;
import io.gracefulbackup.internal.install.SituationWorld.Refused;
import io.gracefulbackup.internal.install.SituationWorld.StartAs;
import io.gracefulbackup.internal.install.SituationWorld.Started;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The setting that a refusal prints is followed when it is set. */
class WaysOutTest {
    private static final Pattern SETTING =
            Pattern.compile("(BACKUP_RESTORE_ID|BACKUP_START)=((?:[0-9a-f]{32}|empty)(?:,despite:[^\\s,;]+)*)");

    private final SituationWorld world = new SituationWorld();

    @ParameterizedTest
    @CsvSource({"1, false", "10, false", "60, false", "500, false", "10, true", "60, true", "500, true"})
    void pastEntriesThatCannotBeOpenedAndHaveNoHint(int entries, boolean areOfAnotherKey) {
        List<Saved> line = history(2);
        SituationSink own = sink("alpha", Hints.TRUE);
        own.put(line.get(0), Damage.NONE, Opening.OPENS, null);
        SituationSink locked = sink("bravo", Hints.NONE);
        Saved unreadable = areOfAnotherKey ? underAnotherKey() : line.get(1);
        for (int i = 0; i < entries; i++) {
            locked.put(unreadable, Damage.NONE, areOfAnotherKey ? Opening.OPENS : Opening.REFUSES, null);
        }

        Started started = started(choose(refused(StartAs.PLAIN)));

        assertThat(started.restored()).isEqualTo(line.get(0).header);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 60, 500})
    void pastEverythingWhereNothingCanBeOpened(int entries) {
        Saved saved = history(1).get(0);
        SituationSink locked = sink("alpha", Hints.NONE);
        for (int i = 0; i < entries; i++) {
            locked.put(saved, Damage.NONE, Opening.REFUSES, null);
        }

        Choice none = choose(refused(StartAs.PLAIN)).choice();

        assertThat(none.setting()).isEqualTo("BACKUP_START");
        assertThat(started(StartAs.PLAIN.with(none)).restored()).isNull();
    }

    @Test
    void toTheNextOlderBackupAndAtLastToNoneWherePayloadsCannotBeFetched() {
        SituationSink sink = sink("alpha", Hints.TRUE);
        List<Saved> line = history(3);
        line.forEach(saved -> sink.put(saved, Damage.NONE, Opening.BREAKS, null));

        StartAs middle = choose(refused(StartAs.PLAIN));
        StartAs oldest = choose(refused(middle));
        StartAs none = choose(refused(oldest));

        assertThat(middle.choice()).isEqualTo(Choice.byId(line.get(1).id()));
        assertThat(oldest.choice()).isEqualTo(Choice.byId(line.get(0).id()));
        assertThat(none.choice()).isEqualTo(Choice.empty());
        assertThat(started(none).restored()).isNull();
    }

    @Test
    void toABackupThatWasChosenBefore() {
        SituationSink sink = sink("alpha", Hints.TRUE);
        List<Saved> line = history(2);
        line.forEach(saved -> sink.put(saved, Damage.NONE, Opening.OPENS, null));
        StartAs oldest = StartAs.PLAIN.with(Choice.byId(line.get(0).id()));
        Saved upon = world.save(started(oldest), oldest, true);
        sink.entries.get(2).opening = Opening.BREAKS;
        sink.entries.get(1).opening = Opening.BREAKS;

        StartAs second = choose(refused(StartAs.PLAIN));
        StartAs again = choose(refused(second));

        assertThat(again.choice())
                .isEqualTo(Choice.byId(line.get(0).id(), upon.id().value()));
        assertThat(started(again).restored()).isEqualTo(line.get(0).header);
    }

    private SituationSink sink(String name, Hints hints) {
        SituationSink sink = new SituationSink(name, Answer.LISTS, Keeps.ALL, hints, true);
        world.sinks.add(sink);
        return sink;
    }

    private static List<Saved> history(int length) {
        return new Situation.History(length, false, false).saved();
    }

    private static Saved underAnotherKey() {
        StartAs other = new StartAs(SituationWorld.APPLICATION, SituationWorld.OTHER_KEY, false, null, Set.of());
        return new Situation.History(1, false, false).saved(other).get(0);
    }

    private Refused refused(StartAs as) {
        Outcome outcome = world.start(as);
        assertThat(outcome).isInstanceOf(Refused.class);
        return (Refused) outcome;
    }

    private Started started(StartAs as) {
        Outcome outcome = world.start(as);
        assertThat(outcome).isInstanceOf(Started.class);
        return (Started) outcome;
    }

    /** Sets the line that a refusal prints at last, which goes past what it refuses. */
    private static StartAs choose(Refused refused) {
        Matcher setting = SETTING.matcher(refused.message().split("\\R", -1)[0]);
        Choice last = null;
        while (setting.find()) {
            last = new Choice(setting.group(1), setting.group(2));
        }
        assertThat(last).as(refused.message()).isNotNull();
        return StartAs.PLAIN.with(last);
    }
}
