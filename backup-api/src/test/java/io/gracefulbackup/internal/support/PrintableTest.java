package io.gracefulbackup.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @ParameterizedTest
    @ValueSource(
            chars = {
                0, 7, '\b', '\t', 0x1b, '\r', '\n', 0x7f, 0x85, 0x9b, 0x61c, 0x200e, 0x202a, 0x202e, 0x2028, 0x2029,
                0x2066, 0x2069
            })
    void escapesWhatCouldForgeALineOrTurnItRound(char c) {
        String escaped = String.format("a\\u%04xb", (int) c);

        assertThat(Printable.text("a" + c + "b")).isEqualTo(escaped);
        assertThat(Printable.name("a" + c + "b")).isEqualTo(escaped);
        assertThat(Printable.line("a" + c + "b"))
                .isEqualTo(c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029 ? "a b" : escaped);
    }

    @Test
    void leavesOtherCharactersAlone() {
        String text = "✅ ⚠️ größer – “数” \uD83D\uDD04 https://x/ipfs/…";

        assertThat(Printable.text(text)).isEqualTo(text);
        assertThat(Printable.name(text)).isEqualTo(text);
        assertThat(Printable.line(text)).isEqualTo(text);
    }

    @Test
    void keepsTheLinesOfAMessageOfOurOwn() {
        String stack = "given up here:" + Failures.stack(new Throwable().getStackTrace());

        assertThat(Printable.text(stack)).isEqualTo(stack);
    }

    @Test
    void breaksNoLineForAnythingThatIsNotIndented() {
        assertThat(Printable.text("no\n✅ saved\r\n  yes")).isEqualTo("no\\u000a✅ saved\\u000d\\u000a  yes");
    }

    @Test
    void foldsTheLinesOfACause() {
        assertThat(Printable.line("ERROR: permission denied\n  Hint: ask\r\n\r\nSee log\n"))
                .isEqualTo("ERROR: permission denied Hint: ask See log");
    }

    @Test
    void escapingTwiceIsEscapingOnce() {
        String once = Printable.text("a\u001b[31mb\nc");

        assertThat(Printable.text(once)).isEqualTo(once);
    }
}
