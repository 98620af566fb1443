package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.FencedBackup;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseProvider;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseStep;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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

    @Test
    void passesOnTheLeaseOfTheWrappedSink() {
        Lease lease = new Lease() {
            @Override
            public LeaseResult apply(LeaseStep step, Deadline deadline) {
                return LeaseResult.refused(null);
            }

            @Override
            public void close() {}
        };
        BackupSink once = ForwardingSink.withLease(new FaultySink(new SinkWithLease(lease)));
        BackupSink twice = ForwardingSink.withLease(new FaultySink(once));

        assertThat(((LeaseProvider) once).lease("a", Duration.ofSeconds(6))).isSameAs(lease);
        assertThat(((LeaseProvider) twice).lease("a", Duration.ofSeconds(6))).isSameAs(lease);
        assertThat(once.name()).isEqualTo("memory");
    }

    @Test
    void claimsNoLeaseThatTheWrappedSinkLacks() {
        FaultySink wrapper = new FaultySink(new InMemorySink("memory"));

        assertThat(ForwardingSink.withLease(wrapper)).isSameAs(wrapper).isNotInstanceOf(LeaseProvider.class);
    }

    @Test
    void passesOnTheLeaseOfTheWrappedBackup() {
        Fence fence = new Fence(3, "a");
        SealedBackup backup = FencedBackup.of(SyntheticBackup.first(), fence);

        assertThat(ForwardingBackup.withStreams(backup, in -> in))
                .isInstanceOfSatisfying(
                        FencedBackup.class, fenced -> assertThat(fenced.fence()).isEqualTo(fence));
        assertThat(ForwardingBackup.withStreams(SyntheticBackup.first(), in -> in))
                .isNotInstanceOf(FencedBackup.class);
    }

    /** A sink in memory that keeps a lease. */
    private static final class SinkWithLease extends ForwardingSink implements LeaseProvider {
        private final Lease lease;

        SinkWithLease(Lease lease) {
            super(new InMemorySink("memory"));
            this.lease = lease;
        }

        @Override
        public Lease lease(String instance, Duration term) {
            return lease;
        }
    }

    @ParameterizedTest
    @MethodSource("backupMethods")
    void forwardingBackupPassesOnEveryMethod(Method method) {
        assertThat(ForwardingBackup.class).hasDeclaredMethods(method.getName());
    }
}
