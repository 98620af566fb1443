package io.gracefulbackup.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RehearsalScheduleTest {
    private final AtomicLong now = new AtomicLong(-5);
    private final RehearsalSchedule schedule = new RehearsalSchedule(now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private Duration rehearse(Duration cpuTime) {
        schedule.completed(cpuTime);
        Duration next = schedule.untilNext();
        pass(next);
        return next;
    }

    @Test
    void theIntervalsDoubleUpToSomeHours() {
        assertThat(schedule.untilNext()).isEqualTo(RehearsalSchedule.FIRST);
        assertThat(rehearse(Duration.ZERO)).isEqualTo(Duration.ofSeconds(4));
        assertThat(rehearse(Duration.ZERO)).isEqualTo(Duration.ofSeconds(8));
        for (int i = 0; i < 40; i++) {
            rehearse(Duration.ZERO);
        }
        assertThat(rehearse(Duration.ZERO)).isEqualTo(RehearsalSchedule.LONGEST);
    }

    @Test
    void rehearsalsTakeAHundredthOfTheTimeAtMost() {
        assertThat(rehearse(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(100));

        schedule.completed(Duration.ofSeconds(1));
        schedule.changed();
        assertThat(schedule.untilNext()).isEqualTo(Duration.ofSeconds(100));
        schedule.notNow(Duration.ofSeconds(2));
        assertThat(schedule.untilNext()).isEqualTo(Duration.ofSeconds(200));
    }

    @Test
    void theFirstChangeIsRehearsedSoon() {
        rehearse(Duration.ofMillis(1));
        rehearse(Duration.ofMillis(1));
        schedule.completed(Duration.ofMillis(1));
        pass(Duration.ofSeconds(5));

        schedule.changed();

        assertThat(schedule.untilNext()).isEqualTo(RehearsalSchedule.AFTER_CHANGE);
    }

    @Test
    void whatIsCutShortIsTriedWithoutReadingBackAndThenSeldom() {
        assertThat(schedule.readsBack()).isTrue();
        schedule.cutShort(Duration.ZERO);
        assertThat(schedule.readsBack()).isFalse();
        assertThat(schedule.untilNext()).isEqualTo(Duration.ofSeconds(4));

        schedule.cutShort(Duration.ZERO);

        assertThat(schedule.readsBack()).isTrue();
        assertThat(schedule.untilNext()).isEqualTo(RehearsalSchedule.LONGEST);
    }

    @Test
    void aBackupPutsTheNextRehearsalOff() {
        schedule.completed(Duration.ZERO);
        pass(Duration.ofSeconds(3));

        schedule.backedUp();

        assertThat(schedule.untilNext()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void frequentCheckpointsDoNotPutRehearsalsOffForEver() {
        for (int i = 0; i < 12; i++) {
            rehearse(Duration.ZERO);
        }
        schedule.completed(Duration.ZERO);
        for (int minute = 0; minute < 240; minute++) {
            pass(Duration.ofMinutes(1));
            schedule.backedUp();
        }

        assertThat(schedule.untilNext()).isLessThanOrEqualTo(Duration.ZERO);
    }
}
