package io.gracefulbackup.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What retention removes is said with its reason. */
@Timeout(60)
class HousekeepingTest {
    private final MemorySink sink = new MemorySink("memory");
    private final RunFixture fixture = new RunFixture(sink);
    private final RunQueue queue = new RunQueue(fixture.components());

    private void save(String... states) {
        for (String state : states) {
            fixture.text = state;
            assertThat(queue.backUp(BackupTrigger.beforeRestore()).isStored()).isTrue();
        }
    }

    private List<String> said() {
        return fixture.logged().stream().filter(line -> line.startsWith("🧹")).toList();
    }

    @Test
    void thatItIsMoreThanTheLastOnes() {
        save("one", "two", "three", "four");
        sink.policy = RetentionPolicy.keepLast(3);

        save("five");

        assertThat(said()).containsExactly("🧹 Cleaned up 2 old backups (kept last 3)");
    }

    @Test
    void thatItIsMoreBytesThanAllowed() {
        sink.policy = RetentionPolicy.keepLast(10).withinBytes(10_000);

        save("one", "two", "three");

        assertThat(said()).containsExactly("🧹 Cleaned up 1 old backup (kept within 10000 bytes)");
    }

    @Test
    void thatTheNextOneHasTheSameContent() {
        sink.policy = RetentionPolicy.keepLast(10);

        save("one", "one");

        assertThat(said()).containsExactly("🧹 Cleaned up 1 old backup (the backup after it has the same content)");
    }

    @Test
    void nothingOfASinkThatKeepsTheLatestOnly() {
        sink.policy = RetentionPolicy.keepLast(1);

        save("one", "one", "two");

        assertThat(said()).isEmpty();
    }
}
