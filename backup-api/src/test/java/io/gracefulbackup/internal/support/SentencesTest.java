package io.gracefulbackup.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentencesTest {
    @Test
    void leavesOutWhatIsSaid() {
        assertThat(Sentences.notIn(
                        "No. Set DATABASE_URL to the primary",
                        "It is read-only; set it. Set DATABASE_URL to the primary."))
                .isEqualTo("It is read-only; set it");
    }

    @Test
    void leavesNothingOfATextThatIsSaidCompletely() {
        assertThat(Sentences.notIn("x: the disk is full. Make room on it", "The disk. Make room on it"))
                .isEmpty();
        assertThat(Sentences.notIn("x: the disk is full. Make room on it", "the disk is full; Make room on it"))
                .isEmpty();
    }

    @Test
    void saysASentenceOfTheTextItselfOnce() {
        assertThat(Sentences.notIn("", "One is gone. Try it once more. Two is gone. Try it once more"))
                .isEqualTo("One is gone. Try it once more. Two is gone");
    }

    @Test
    void keepsATextThatIsNew() {
        String text = "file: no such file; see a.b. Then what?  Two spaces.";

        assertThat(Sentences.notIn("file: it is there.", text)).isEqualTo(text);
    }

    @Test
    void keepsShortSentencesThatOccurByChance() {
        assertThat(Sentences.notIn("the disk is full", "file: x y z. full")).isEqualTo("file: x y z. full");
    }
}
