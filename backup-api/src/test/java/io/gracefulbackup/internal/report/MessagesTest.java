package io.gracefulbackup.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {
    private static final String KEY_ADVICE =
            "Set SECRET_KEY to the key that it was sealed with, or add that key to SECRET_KEY_PREVIOUS";
    private static final String FORMAT_ADVICE = "Use the version of the library that wrote it, or a later one";

    @ParameterizedTest
    @ValueSource(strings = {"It has key ab12", "It has key ab12. " + KEY_ADVICE})
    void aKeyIsAskedForOnce(String why) {
        String reason = Messages.unknownKey("file", "here", why, "carts");

        assertThat(reason).containsOnlyOnce(KEY_ADVICE).containsOnlyOnce("SECRET_KEY_PREVIOUS");
        assertThat(Messages.refusal(reason, List.of("here in file could not be read: " + why)))
                .containsOnlyOnce(KEY_ADVICE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"It is of version 9", "It is of version 9. " + FORMAT_ADVICE})
    void aLaterVersionIsAskedForOnce(String why) {
        assertThat(Messages.newerFormat("file", "here", why)).containsOnlyOnce(FORMAT_ADVICE);
    }

    @Test
    void aRefusalSaysEveryFindingThatIsNewsAndNoOtherTwice() {
        String refusal = Messages.refusal(
                "postgres is unreachable: no route to host. Make it reachable",
                List.of(
                        "postgres is unreachable: no route to host",
                        "a in file could not be read: it is cut. Restore a good copy of it",
                        "b in file could not be read: it is cut. Restore a good copy of it"));

        assertThat(refusal)
                .isEqualTo("Refusing to start: postgres is unreachable: no route to host. Make it reachable"
                        + "\n   - a in file could not be read: it is cut. Restore a good copy of it"
                        + "\n   - b in file could not be read: it is cut");
    }

    @Test
    void aNameBreaksNoLine() {
        String name = "x\n   ✅ File backup saved";

        assertThat(List.of(
                        Messages.backingUp("blockchain", name),
                        Messages.restoredStateIsFrom(Instant.EPOCH, name),
                        Messages.unclaimedSection(name, "app"),
                        Messages.sectionMissing(name, true),
                        Messages.newerSection(name, 2, 1),
                        Messages.cannotBeEmptied(name),
                        Messages.sourceFailed(name, "read its section", "no"),
                        Messages.sourceReads(name),
                        Messages.drainStepFailed(name, "no"),
                        Messages.drainStepSkipped(name, Duration.ZERO),
                        Messages.drainStepTimedOut(name, Duration.ZERO)))
                .allSatisfy(line -> assertThat(line).contains("x\\u000a   ✅").doesNotContain("\n"));
    }
}
