package io.gracefulbackup.examples.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.examples.registry.Deed.Action;
import io.gracefulbackup.examples.registry.RegistryException.ConflictException;
import io.gracefulbackup.examples.registry.RegistryException.UnknownPropertyException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PropertyRegistryTest {
    static final Identity ASHA = new Identity("100000000000", "ABCDE1234F");
    static final Identity RAVI = new Identity("200000000000", "FGHIJ5678K");

    private final PropertyRegistry registry =
            new PropertyRegistry(Clock.fixed(Instant.parse("2026-01-14T12:00:00.123456789Z"), ZoneOffset.UTC));

    @Test
    void keepsOneCustomerKeyForAnIdentity() {
        Deed first = register("Asha", ASHA, "SN-1").deed();
        Deed second = register("Asha", ASHA, "SN-2").deed();
        Deed other = register("Ravi", RAVI, "SN-3").deed();

        assertThat(second.customerKey()).isEqualTo(first.customerKey()).isNotEqualTo(other.customerKey());
        assertThat(second.propertyKey()).isNotEqualTo(first.propertyKey());
    }

    @Test
    void registersASurveyNumberOnlyOnce() {
        String key = register("Asha", ASHA, "SN-1").deed().propertyKey();

        assertConflict(() -> register("Ravi", RAVI, "SN-1"), "\"SN-1\" is registered already, as property " + key);
    }

    @Test
    void rejectsTheIdentityOfAnotherOwner() {
        register("Asha", ASHA, "SN-1");
        register("Ravi", RAVI, "SN-2");

        assertConflict(() -> register("Asha", new Identity(ASHA.aadhar(), "ZZZZZ9999Z"), "SN-3"), "another PAN");
        assertConflict(
                () -> register("Asha", new Identity("300000000000", ASHA.pan()), "SN-3"), "another Aadhar number");
        assertConflict(() -> register("Asha", new Identity(ASHA.aadhar(), RAVI.pan()), "SN-3"), "another");
        assertConflict(() -> register("Thief", ASHA, "SN-3"), "another owner's name");
    }

    @Test
    void changesNothingWhenItRejectsARequest() {
        register("Asha", ASHA, "SN-1");

        assertConflict(() -> register("Ravi", RAVI, "SN-1"), "SN-1");
        assertThat(registry.ledger().identitiesByCustomerKey).hasSize(1);
        assertThat(registry.blocks()).hasSize(1);
        assertThat(register("Another Ravi", RAVI, "SN-2").index()).isEqualTo(1);
    }

    @Test
    void returnsTheHistoryOfAProperty() {
        Block first = register("Asha", ASHA, "SN-1");
        register("Asha", ASHA, "SN-2");
        String key = first.deed().propertyKey();
        Block second = registry.transfer(key, "Ravi", RAVI);

        assertThat(registry.property(key).history()).containsExactly(first, second);
        assertThat(registry.property(key).property().owner()).isEqualTo("Ravi");
        assertThat(second.deed())
                .isEqualTo(new Deed(
                        Action.TRANSFERRED, key, second.deed().customerKey(), "Ravi", "SN-1", "1 MG Road", 100));
        assertThat(registry.propertyCount()).isEqualTo(2);
    }

    @Test
    void rejectsATransferToTheOwnerOrUnderAnotherIdentity() {
        String key = register("Asha", ASHA, "SN-1").deed().propertyKey();

        assertConflict(() -> registry.transfer(key, "Asha", ASHA), "belongs to this owner already");
        assertConflict(() -> registry.transfer(key, "Ravi", ASHA), "another owner's name");
        assertConflict(() -> registry.transfer(key, "Ravi", new Identity(RAVI.aadhar(), ASHA.pan())), "another");
        assertThatThrownBy(() -> registry.transfer("nowhere", "Ravi", RAVI))
                .isInstanceOf(UnknownPropertyException.class)
                .hasMessageContaining("\"nowhere\"");
        assertThat(registry.blocks()).hasSize(1);
    }

    @Test
    void changesNothingWhileABackupHoldsTheReadLock() throws Exception {
        CompletableFuture<Block> writing;
        registry.readLock().lock();
        try {
            writing = CompletableFuture.supplyAsync(() -> register("Asha", ASHA, "SN-1"));
            assertThat(writing).failsWithin(Duration.ofMillis(100));
            assertThat(registry.blocks()).isEmpty();
        } finally {
            registry.readLock().unlock();
        }
        assertThat(writing.get(10, TimeUnit.SECONDS).index()).isZero();
    }

    @Test
    void keepsIdentitiesOutOfBlocksAndLogs() {
        Block block = register("Asha", ASHA, "SN-1");

        assertThat(block.toString()).doesNotContain(ASHA.aadhar(), ASHA.pan());
        assertThat(ASHA.toString()).doesNotContain(ASHA.aadhar(), ASHA.pan());
    }

    private Block register(String owner, Identity identity, String survey) {
        return registry.register(owner, identity, survey, "1 MG Road", 100);
    }

    private static void assertConflict(Runnable request, String why) {
        assertThatThrownBy(request::run).isInstanceOf(ConflictException.class).hasMessageContaining(why);
    }
}
