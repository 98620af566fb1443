package io.gracefulbackup.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.RestoreRefusedException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void describesAFailureAndItsCausesInOneLine() {
        assertThat(Failures.describe(
                        new IOException("could not connect to db", new IllegalStateException("connection refused"))))
                .isEqualTo("could not connect to db: connection refused");
    }

    @Test
    void leavesOutCausesThatAddNothing() {
        assertThat(Failures.describe(new RuntimeException(new IOException("disk full"))))
                .isEqualTo("java.io.IOException: disk full");
    }

    @Test
    void saysTheSameAdviceOnce() {
        IOException cause = new IOException("The file is locked. Set BACKUP_FILE to another path");

        assertThat(Failures.describe(new IOException("Nothing is stored. Set BACKUP_FILE to another path", cause)))
                .isEqualTo("Nothing is stored. Set BACKUP_FILE to another path: The file is locked");
    }

    @Test
    void aCauseForgesNoLine() {
        assertThat(Failures.describe(
                        new IOException("cannot store", new IOException("no\n✅ all\u202e is \u001b[2Jwell"))))
                .isEqualTo("cannot store: no ✅ all\\u202e is \\u001b[2Jwell");
        assertThat(Failures.describe(new BackupRejectedException("not this\n   ✅ one")))
                .isEqualTo("not this ✅ one");
    }

    @Test
    void keepsTheLinesOfAMessageOfTheLibrary() {
        assertThat(Failures.describe(new RestoreRefusedException("Refusing to start: no\n   - found \u0007 one")))
                .isEqualTo("Refusing to start: no\n   - found \\u0007 one");
        String settings = "2 settings are wrong:\n   - A is not set\n   - B is not set";
        assertThat(Failures.describe(new BackupConfigurationException(List.of("A is not set", "B is not set"))))
                .isEqualTo(settings);
    }

    @Test
    void namesTheTypeIfTheMessageIsMissingOrASingleWord() {
        assertThat(Failures.describe(new NullPointerException())).isEqualTo("NullPointerException");
        assertThat(Failures.describe(new NoSuchFileException("data.gbk"))).isEqualTo("NoSuchFileException: data.gbk");
    }

    @Test
    void withholdsAFailureWithASecretInAnyOfItsCauses() {
        UnaryOperator<String> redact = text -> text.replace("canary", "***");

        assertThat(Failures.withoutSecrets(new IOException("failed", new IOException("password canary")), redact))
                .isNull();
        IOException harmless = new IOException("failed");
        assertThat(Failures.withoutSecrets(harmless, redact)).isSameAs(harmless);
    }

    @Test
    void returnsWhatATaskThrew() {
        IOException thrown = new IOException("failed");
        ExecutionException withoutCause = new ExecutionException("no cause", null);

        assertThat(Failures.cause(new ExecutionException(thrown))).isSameAs(thrown);
        assertThat(Failures.cause(withoutCause)).isSameAs(withoutCause);
    }
}
