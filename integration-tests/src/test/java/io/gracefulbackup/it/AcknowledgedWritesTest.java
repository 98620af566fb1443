package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.LedgerHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Acknowledged changes are saved: clients in another process write without pause while the host is stopped, and the next start
 * restores every change that was acknowledged.
 */
final class AcknowledgedWritesTest {
    private static final int CLIENTS = 4;
    private static final List<String> WAYS_TO_STOP = List.of("TERM", "INT", "EXIT", "HUP");

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    @Test
    void restoresEveryAcknowledgedChangeAfterEachKindOfStop() throws Exception {
        stopWhileClientsWrite(WAYS_TO_STOP.size());
    }

    @Test
    @Tag("slow")
    void restoresEveryAcknowledgedChangeAfterFiftyStops() throws Exception {
        stopWhileClientsWrite(50);
    }

    private void stopWhileClientsWrite(int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            ForkedJvm host = hosts.start(LedgerHost.class, "backups=" + (round % 2 == 1));
            try (LedgerClient client = new LedgerClient(host)) {
                assertNothingLost(client.list(), round);
            }
            oneRound(host, round);
        }
        ForkedJvm last = hosts.start(LedgerHost.class);
        try (LedgerClient client = new LedgerClient(last)) {
            assertNothingLost(client.list(), rounds);
        }
        last.kill();
        System.out.println("Acknowledged writes: " + rounds + " stops, " + CLIENTS + " clients, " + sent.size()
                + " sent, " + acknowledged.size() + " acknowledged, " + refused.size()
                + " refused, every acknowledged one restored");
    }

    private void oneRound(ForkedJvm host, int round) throws Exception {
        CountDownLatch requests = new CountDownLatch(CLIENTS * 200);
        List<Thread> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            String prefix = round + "-" + client + "-";
            clients.add(new Thread(() -> writeUntilTheHostEnds(host, prefix, requests), "client-" + prefix));
        }
        clients.forEach(Thread::start);
        assertThat(requests.await(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();

        stop(host, WAYS_TO_STOP.get(round % WAYS_TO_STOP.size()));

        for (Thread client : clients) {
            client.join(EXIT_LIMIT.toMillis());
            assertThat(client.isAlive()).isFalse();
        }
    }

    private static void stop(ForkedJvm host, String way) throws IOException {
        if (way.equals("EXIT")) {
            try (LedgerClient client = new LedgerClient(host)) {
                client.exit();
                assertThat(host.awaitExit(EXIT_LIMIT)).isEqualTo(7);
            }
            return;
        }
        host.signal(way);
        assertThat(host.awaitExit(EXIT_LIMIT)).isGreaterThan(128);
    }

    private void writeUntilTheHostEnds(ForkedJvm host, String prefix, CountDownLatch requests) {
        try (LedgerClient client = new LedgerClient(host)) {
            for (int i = 0; ; i++) {
                String entry = prefix + i;
                sent.add(entry);
                (client.add(entry) ? acknowledged : refused).add(entry);
                requests.countDown();
            }
        } catch (IOException e) {
            // The host has ended; a request without an answer is not acknowledged.
        }
    }

    private void assertNothingLost(Set<String> restored, int round) {
        assertThat(difference(acknowledged, restored))
                .as("lost of %s acknowledged before start %s", acknowledged.size(), round)
                .isEmpty();
        assertThat(difference(restored, sent)).as("restored, but never sent").isEmpty();
    }

    /** AssertJ's own comparison takes minutes for collections of this size. */
    private static Set<String> difference(Set<String> all, Set<String> without) {
        Set<String> rest = new HashSet<>(all);
        rest.removeIf(without::contains);
        return rest;
    }
}
