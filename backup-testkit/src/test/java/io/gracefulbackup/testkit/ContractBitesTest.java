package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Each test of the contract fails for a sink that breaks its promise: a test that cannot fail proves nothing. */
class ContractBitesTest {
    static final String PASSWORD = "a password in a message";

    private static final Set<SinkDefect> CAUGHT = ConcurrentHashMap.newKeySet();

    @BeforeAll
    static void runTheContractOnBrokenSinks() {
        LauncherFactory.create()
                .execute(LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectClass(Broken.class))
                        .build());
    }

    @ParameterizedTest
    @EnumSource(SinkDefect.class)
    void theContractFindsTheDefect(SinkDefect defect) {
        assertThat(CAUGHT).contains(defect);
    }

    @Test
    void everyTestOfTheContractFailsForADefect() {
        Set<String> tests = Stream.<Class<?>>of(
                        BackupSinkContract.class,
                        SinkLifecycleContract.class,
                        SinkProbeContract.class,
                        SinkConcurrencyContract.class,
                        SinkIntegrityContract.class)
                .flatMap(contract -> Arrays.stream(contract.getDeclaredMethods()))
                .filter(method -> AnnotationSupport.isAnnotated(method, Test.class)
                        || AnnotationSupport.isAnnotated(method, ParameterizedTest.class))
                .map(Method::getName)
                .collect(Collectors.toSet());
        // The same assertion as that of the smaller sizes, and slow.
        tests.remove("returnsLargeBackups");

        assertThat(EnumSet.allOf(SinkDefect.class))
                .extracting(defect -> defect.test)
                .containsAll(tests);
    }

    static Deadline enough() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    /** The contract for a sink with one defect. Only the test that must find it is run. */
    @ParameterizedClass
    @EnumSource(SinkDefect.class)
    @ExtendWith(Broken.Failures.class)
    static final class Broken extends BackupSinkContract {
        private final SinkDefect defect;
        private final Map<String, InMemorySink> places = new ConcurrentHashMap<>();
        private boolean corrupt;

        Broken(SinkDefect defect) {
            this.defect = defect;
        }

        static final class Failures implements TestWatcher {
            @Override
            public void testFailed(ExtensionContext test, Throwable cause) {
                CAUGHT.add(((Broken) test.getRequiredTestInstance()).defect);
            }
        }

        @BeforeEach
        void onlyWhatMustFail(TestInfo test) {
            Assumptions.assumeTrue(test.getTestMethod().orElseThrow().getName().equals(defect.test));
        }

        @Override
        protected BackupSink open(SinkContext context) {
            if (defect.name().startsWith("TELLS_ITS_PASSWORD")) {
                context.secret("PASSWORD");
            }
            InMemorySink place = place(context.application());
            return defect == SinkDefect.VERIFIES_ONLY_WHAT_IT_SENT
                    ? onBadStorage(place)
                    : defect.build.apply(place, context);
        }

        private BackupSink onBadStorage(InMemorySink place) {
            return new BrokenSink(place) {
                @Override
                public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
                    StoredBackup stored = inner.store(backup, deadline);
                    if (corrupt) {
                        inner.damage(stored, SinkIntegrityContract.Damage.LAST_BYTE);
                    }
                    return stored;
                }
            };
        }

        private InMemorySink place(String application) {
            boolean separate = defect != SinkDefect.LISTS_FOR_EVERYBODY && defect != SinkDefect.MIXES_APPLICATIONS;
            return places.computeIfAbsent(separate ? application : "all", key -> new InMemorySink("broken"));
        }

        @Override
        protected Map<String, String> settings() {
            return Map.of("PASSWORD", PASSWORD);
        }

        @Override
        protected Duration patience() {
            return Duration.ofSeconds(5);
        }

        @Override
        protected Duration reaction() {
            return Duration.ofSeconds(2);
        }

        @Override
        protected void damage(StoredBackup entry, UnaryOperator<byte[]> change) {
            place(ContractBackups.APPLICATION).damage(entry, change);
        }

        @Override
        protected void addForeignEntry() throws IOException {
            place(ContractBackups.APPLICATION).store(new BrokenSink.BackupWithBytes(small(), new byte[10]), enough());
        }

        @Override
        protected void corruptStorage() {
            corrupt = true;
        }

        @Override
        protected BackupSink openUnreachable() {
            return open(contextWith(settings()));
        }

        @Override
        protected BackupSink openRefused() {
            return open(contextWith(settings()));
        }

        @Override
        protected void refuseWrites() {
            // The broken sink does not notice.
        }
    }
}
