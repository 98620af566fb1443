package io.gracefulbackup.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretRedactorTest {
    private final SecretRedactor redact = new SecretRedactor();

    @Test
    void replacesEverySecretInAText() {
        redact.learn("first canary");
        redact.learn("second canary");

        assertThat(redact.redact("first canary, second canary and first canary again"))
                .isEqualTo("***, *** and *** again");
        assertThat(redact).hasToString("SecretRedactor[2 texts]");
    }

    @Test
    void replacesTheLongerSecretFirst() {
        redact.learn("canary");
        redact.learn("canary bird");
        redact.learn("a canary");

        assertThat(redact.redact("a canary bird")).doesNotContain("canary", "bird");
    }

    @Test
    void treatsASecretAsTextAndNotAsAPattern() {
        redact.learn("$1.*\\E(");

        assertThat(redact.redact("key $1.*\\E( is wrong")).isEqualTo("key *** is wrong");
    }

    @Test
    void replacesASecretWithoutItsSurroundingWhiteSpaceAsWell() {
        redact.learn("  canary\n");

        assertThat(redact.redact("bad token: canary")).isEqualTo("bad token: ***");
    }

    @Test
    void leavesOtherTextsUnchanged() {
        redact.learn("abc");
        redact.learn("");

        assertThat(redact.redact("abc at https://host:8080/path?x=1, see a@b:c"))
                .isEqualTo("abc at https://host:8080/path?x=1, see a@b:c");
    }

    @ParameterizedTest
    @CsvSource({
        "postgres://me:canary@host/db,canary",
        "postgres://me:can%40ry+1@host/db,can@ry+1",
        "postgres://me:can%40ry+1@host/db,can%40ry+1",
        "postgres://me:can:ary@host/db,can:ary",
        "postgres://me:can@ary@host/db,can@ary",
        "postgres://me@server:canary@host/db,canary",
        "postgres://me:can/a?r#y@host/db,can/a?r#y",
        "postgres://me:100%canary@host/db,100%canary",
        "postgres://:canary@host/db?sslmode=require,canary",
        "jdbc:postgresql://host/db?user=me&password=can%26ary&ssl=true,can&ary",
        "jdbc:postgresql://host/db?user=me&password=can%26ary&ssl=true,can%26ary",
        "jdbc:postgresql://host/db?sslpassword=canary,canary"
    })
    void replacesThePasswordOfAUrlRawAndDecoded(String url, String password) {
        redact.learn(url);

        assertThat(redact.redact("login failed: \"" + password + "\"")).isEqualTo("login failed: \"***\"");
        assertThat(redact.redact("cannot parse " + url)).isEqualTo("cannot parse ***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://me:canary@host/path",
                "https://me:can@ary@host",
                "https://:canary@host",
                "jdbc:x://h/d?password=canary",
                "https://h/?a=b&Password=canary&c=d"
            })
    void hidesThePasswordOfAnyUrl(String url) {
        assertThat(redact.redact("see " + url + " there"))
                .doesNotContain("can", "ary")
                .endsWith(" there");
    }
}
