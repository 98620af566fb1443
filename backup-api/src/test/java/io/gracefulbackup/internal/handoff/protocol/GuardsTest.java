package io.gracefulbackup.internal.handoff.protocol;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.handoff.protocol.SimulatedDatabase.Flaw;
import io.gracefulbackup.internal.support.ClockInterval;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseRow;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The search finds a violation when a guard of the protocol is taken away; else it would not show that the guard is needed. */
class GuardsTest {
    private static final int WALKS = 20_000;
    /** A tolerance that tolerates every step back of the wall clock. */
    private static final Duration UNLIMITED = Duration.ofDays(10_000);

    /** The faults under which a guard matters. */
    enum Scenario {
        ALL_FAULTS,
        HARMLESS_FAULTS,
        DATABASE_RESTORED,
        CLOCKS_AND_SLEEP,
        PAUSES
    }

    static Stream<Arguments> brokenRules() {
        return Stream.of(
                broken("a term counts from the answer", Scenario.ALL_FAULTS, new SafetyRules(LeaseSimulation.TIMING) {
                    @Override
                    ProcessTime termBegins(ProcessTime sent, ProcessTime answered) {
                        return answered;
                    }

                    /** Refuses a late answer, and hides that way what the other rule is for. */
                    @Override
                    boolean endsCoverage(boolean isInside) {
                        return false;
                    }
                }),
                broken(
                        "a renewal covers changes for too long",
                        Scenario.PAUSES,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            ClockInterval coverage(ProcessTime renewed) {
                                return ClockInterval.of(
                                        renewed, timing.takeoverDelay().plusSeconds(2), timing.clockTolerance());
                            }
                        }),
                broken(
                        "the gate heeds the monotonic clock only",
                        Scenario.ALL_FAULTS,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            ClockInterval coverage(ProcessTime renewed) {
                                long end = renewed.plus(timing.safeTerm()).nanos();
                                return new ClockInterval(renewed, new ProcessTime(end, Long.MAX_VALUE), UNLIMITED);
                            }
                        }),
                broken(
                        "a step back of the wall clock does not matter",
                        Scenario.CLOCKS_AND_SLEEP,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            ClockInterval coverage(ProcessTime renewed) {
                                return ClockInterval.of(renewed, timing.safeTerm(), UNLIMITED);
                            }
                        }),
                broken(
                        "a lease is abandoned when it has expired by the server's clock alone",
                        Scenario.ALL_FAULTS,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            boolean isAbandoned(boolean expired, Duration unchanged) {
                                return expired;
                            }
                        }),
                broken("a lease is abandoned too early", Scenario.ALL_FAULTS, new SafetyRules(LeaseSimulation.TIMING) {
                    @Override
                    boolean isAbandoned(boolean expired, Duration unchanged) {
                        return unchanged.compareTo(timing.safeTerm().minusSeconds(1)) >= 0;
                    }
                }),
                broken(
                        "the takeover delay goes on while the database is away",
                        Scenario.HARMLESS_FAULTS,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            @Nullable
                            ProcessTime unchangedSinceAfterFailure(@Nullable ProcessTime unchangedSince) {
                                return unchangedSince;
                            }
                        }),
                broken(
                        "an instance is active before its host is",
                        Scenario.HARMLESS_FAULTS,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            boolean mayAccept(boolean isActivated) {
                                return true;
                            }
                        }),
                broken(
                        "an exit saves while the host activates",
                        Scenario.HARMLESS_FAULTS,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            boolean maySave(boolean isActivating) {
                                return true;
                            }
                        }),
                broken(
                        "the end of an earlier activation counts",
                        Scenario.ALL_FAULTS,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            boolean endsActivation(long number, long underWay) {
                                return true;
                            }

                            @Override
                            boolean mayAcquire(boolean isRetiring) {
                                return true;
                            }
                        }),
                broken(
                        "an instance acquires the lease while an earlier activation goes on",
                        Scenario.ALL_FAULTS,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            boolean mayAcquire(boolean isRetiring) {
                                return true;
                            }
                        }),
                broken(
                        "a row from the past is not recognised",
                        Scenario.DATABASE_RESTORED,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            boolean isFromThePast(@Nullable LeaseRow row, long seenEpoch) {
                                return false;
                            }
                        }),
                broken(
                        "an instance without the state acquires a row from the past at once",
                        Scenario.DATABASE_RESTORED,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            Duration takeoverDelayFromThePast(boolean keepsState, boolean free) {
                                return Duration.ZERO;
                            }
                        }),
                broken(
                        "an instance resumes though another one was active meanwhile",
                        Scenario.ALL_FAULTS,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            boolean mayResume(LeaseRow row, @Nullable BackupId lastSaved) {
                                return lastSaved != null;
                            }
                        }),
                broken(
                        "a handoff may restore another backup than the final one",
                        Scenario.DATABASE_RESTORED,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            @Nullable
                            BackupId restoresOnly(LeaseRow row, boolean fromThePast) {
                                return null;
                            }
                        }));
    }

    private static Arguments broken(String name, Scenario scenario, SafetyRules rules) {
        return Arguments.of(name, scenario, rules);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenRules")
    void aViolationIsFoundWhen(String name, Scenario scenario, SafetyRules rules) {
        assertThatThrownBy(() -> search(rules, Set.of(), scenario)).isInstanceOf(Violation.class);
    }

    static Stream<Flaw> flaws() {
        return Stream.of(Flaw.values());
    }

    @ParameterizedTest
    @MethodSource("flaws")
    void aViolationIsFoundWhenTheDatabaseHas(Flaw flaw) {
        assertThatThrownBy(() -> search(new SafetyRules(LeaseSimulation.TIMING), Set.of(flaw), Scenario.ALL_FAULTS))
                .isInstanceOf(Violation.class);
    }

    private static void search(SafetyRules rules, Set<Flaw> flaws, Scenario scenario) {
        Set<Fault> faults = switch (scenario) {
            case ALL_FAULTS -> ProtocolModelTest.ALL;
            case HARMLESS_FAULTS -> ProtocolModelTest.HARMLESS;
            case DATABASE_RESTORED -> EnumSet.of(Fault.DATABASE_RESTORED);
            case CLOCKS_AND_SLEEP -> EnumSet.of(Fault.WALL_CLOCK_SET, Fault.SUSPEND);
            case PAUSES -> EnumSet.of(Fault.PAUSE);
        };
        try {
            ProtocolModelTest.walk(rules, flaws, faults, scenario != Scenario.ALL_FAULTS, 3, WALKS, 7);
        } catch (Violation violation) {
            System.out.println(violation.getMessage().lines().findFirst().orElseThrow() + " [" + scenario + "]");
            throw violation;
        }
    }
}
