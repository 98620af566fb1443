package io.gracefulbackup.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads the message of an error in the forms that services use. */
final class BufferedResponseTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":\"plain\"} | plain",
                "{\"error\":{\"reason\":\"NAME\",\"details\":\"words\"}} | NAME: words",
                "{\"error\":{\"reason\":\"NAME\"}} | NAME",
                "{\"error\":{\"code\":401,\"message\":\"words\"}} | words",
                "{\"message\":\"words\"} | words",
                "{\"error\":null} | ''",
                "{\"error\":[1]} | ''",
                "{} | ''",
                "'' | ''",
                "plain text | plain text",
                "' <html><body>nginx' | ''",
                "{\"error\":\"cut o | {\"error\":\"cut o",
            })
    void understandsAllForms(String body, String saying) {
        assertThat(new BufferedResponse(400, body, false, null).errorText()).isEqualTo(saying);
    }

    @Test
    void makesItOneShortLine() {
        assertThat(new BufferedResponse(400, "a\r\n\tb\u0007c" + "x".repeat(10_000), false, null).errorText())
                .startsWith("a b cxx")
                .hasSizeLessThan(400);
    }

    @Test
    void aTextThatIsNotJsonIsAMissingNode() {
        assertThat(new BufferedResponse(200, "<html>", false, null).json().isMissingNode())
                .isTrue();
        assertThat(new BufferedResponse(200, "", false, null).json().path("x").isMissingNode())
                .isTrue();
    }
}
