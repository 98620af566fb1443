package io.gracefulbackup.internal.handoff.protocol;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.handoff.protocol.LeaseSimulation.Fault;
import io.gracefulbackup.internal.handoff.protocol.LeaseSimulation.Flaw;
import io.gracefulbackup.internal.handoff.protocol.LeaseSimulation.Violation;
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

/** The model notices when a guard of the protocol is taken away; else it would not prove that the guard holds. */
class GuardsTest {
    private static final int WALKS = 20_000;

    /** Where a guard matters. */
    enum Ground {
        ANYTHING,
        HARMLESS,
        DATABASE_RESTORED
    }

    static Stream<Arguments> brokenRules() {
        return Stream.of(
                broken("a term counts from the answer", Ground.ANYTHING, new SafetyRules(LeaseSimulation.TIMING) {
                    @Override
                    ProcessTime termBegins(ProcessTime sent, ProcessTime answered) {
                        return answered;
                    }
                }),
                broken("changes are covered for too long", Ground.ANYTHING, new SafetyRules(LeaseSimulation.TIMING) {
                    @Override
                    ProcessTime coveredUntil(ProcessTime renewed) {
                        return renewed.plus(timing.takeoverDelay().plusSeconds(2));
                    }
                }),
                broken("only the monotonic clock counts", Ground.ANYTHING, new SafetyRules(LeaseSimulation.TIMING) {
                    @Override
                    ProcessTime coveredUntil(ProcessTime renewed) {
                        return new ProcessTime(super.coveredUntil(renewed).nanos(), Long.MAX_VALUE);
                    }
                }),
                broken(
                        "the server's clock alone says that a lease is over",
                        Ground.ANYTHING,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            boolean isAbandoned(boolean expired, Duration unchanged) {
                                return expired;
                            }
                        }),
                broken("a lease is taken too early", Ground.ANYTHING, new SafetyRules(LeaseSimulation.TIMING) {
                    @Override
                    boolean isAbandoned(boolean expired, Duration unchanged) {
                        return unchanged.compareTo(timing.safeTerm().minusSeconds(1)) >= 0;
                    }
                }),
                broken(
                        "the vigil goes on while the database is away",
                        Ground.HARMLESS,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            @Nullable
                            ProcessTime unchangedSinceAfterFailure(@Nullable ProcessTime unchangedSince) {
                                return unchangedSince;
                            }
                        }),
                broken(
                        "a row from the past is taken as it is",
                        Ground.DATABASE_RESTORED,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            boolean isFromThePast(@Nullable LeaseRow row, long seenEpoch) {
                                return false;
                            }
                        }),
                broken(
                        "who has no state does not wait over the past",
                        Ground.DATABASE_RESTORED,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            Duration takeoverDelayFromThePast(boolean keepsState, boolean free) {
                                return Duration.ZERO;
                            }
                        }),
                broken(
                        "the state is thawed though others went on",
                        Ground.ANYTHING,
                        new SafetyRules(LeaseSimulation.TIMING) {
                            @Override
                            boolean mayResume(LeaseRow row, @Nullable BackupId lastSaved) {
                                return lastSaved != null;
                            }
                        }),
                broken("any backup will do after a handoff", Ground.ANYTHING, new SafetyRules(LeaseSimulation.TIMING) {
                    @Override
                    @Nullable
                    BackupId restoresOnly(LeaseRow row, boolean fromThePast) {
                        return null;
                    }
                }));
    }

    private static Arguments broken(String name, Ground ground, SafetyRules rules) {
        return Arguments.of(name, ground, rules);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenRules")
    void theModelFailsWhen(String name, Ground ground, SafetyRules rules) {
        assertThatThrownBy(() -> search(rules, Set.of(), ground)).isInstanceOf(Violation.class);
    }

    static Stream<Flaw> flaws() {
        return Stream.of(Flaw.values());
    }

    @ParameterizedTest
    @MethodSource("flaws")
    void theModelFailsWhenTheServerHas(Flaw flaw) {
        assertThatThrownBy(() -> search(new SafetyRules(LeaseSimulation.TIMING), Set.of(flaw), Ground.ANYTHING))
                .isInstanceOf(Violation.class);
    }

    private static void search(SafetyRules rules, Set<Flaw> flaws, Ground ground) {
        Set<Fault> faults = switch (ground) {
            case ANYTHING -> ProtocolModelTest.ALL;
            case HARMLESS -> ProtocolModelTest.HARMLESS;
            case DATABASE_RESTORED -> EnumSet.of(Fault.DATABASE_RESTORED);
        };
        try {
            ProtocolModelTest.walk(rules, flaws, faults, ground != Ground.ANYTHING, 3, WALKS, 7);
        } catch (Violation violation) {
            System.out.println(violation.getMessage().lines().findFirst().orElseThrow() + " [" + ground + "]");
            throw violation;
        }
    }
}
