package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SealedBackup;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A method that is added to the SPI with a default would not be passed on, and nothing else would say so. */
class ForwardingTest {

    static Stream<Method> sinkMethods() {
        return Arrays.stream(BackupSink.class.getMethods());
    }

    static Stream<Method> backupMethods() {
        return Arrays.stream(SealedBackup.class.getMethods());
    }

    @ParameterizedTest
    @MethodSource("sinkMethods")
    void forwardingSinkPassesOnEveryMethod(Method method) {
        assertThat(ForwardingSink.class).hasDeclaredMethods(method.getName());
    }

    @ParameterizedTest
    @MethodSource("backupMethods")
    void forwardingBackupPassesOnEveryMethod(Method method) {
        assertThat(ForwardingBackup.class).hasDeclaredMethods(method.getName());
    }
}
