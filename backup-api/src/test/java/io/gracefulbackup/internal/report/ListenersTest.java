package io.gracefulbackup.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupStatus.State;
import io.gracefulbackup.Deadline;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListenersTest {
    private static final Deadline LONG = Deadline.after(Duration.ofMinutes(1));

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final OperatorLog log = new OperatorLog(line -> {
        lines.add(line);
        return line;
    });
    private final BlockingQueue<State> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    private final BackupListener noting = listener(state -> {
        threads.add(Thread.currentThread());
        told.add(state);
    });

    @AfterEach
    void close() {
        log.close();
    }

    private static BackupListener listener(Consumer<State> onState) {
        return new BackupListener() {
            @Override
            public void onState(State state) {
                onState.accept(state);
            }
        };
    }

    private Listeners listeners(BackupListener... of) {
        return new Listeners(List.of(of), log, getClass().getClassLoader());
    }

    @Test
    void callsComeInTheOrderOfTheEventsWhicheverThreadTellsThem() throws Exception {
        Listeners listeners = listeners(noting);
        List<State> happened = new ArrayList<>();
        List<State> states = List.of(State.values());
        List<Thread> tellers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread teller = new Thread(() -> {
                for (int event = 0; event < 200; event++) {
                    synchronized (happened) {
                        State state = states.get(happened.size() % states.size());
                        happened.add(state);
                        listeners.tell(state);
                    }
                }
            });
            tellers.add(teller);
            teller.start();
        }
        for (Thread teller : tellers) {
            teller.join();
        }

        listeners.close(LONG);

        assertThat(told).containsExactlyElementsOf(happened);
    }

    @Test
    void whatAListenerThrowsStopsNeitherTheOthersNorTheNextCall() throws Exception {
        Listeners listeners = listeners(
                listener(state -> {
                    throw new NoClassDefFoundError("in the listener");
                }),
                listener(state -> ListenersTest.<RuntimeException>sneak(new Exception("undeclared"))),
                noting);

        listeners.tell(State.ACTIVE);
        listeners.tell(State.STOPPING);
        listeners.close(LONG);

        assertThat(told).containsExactly(State.ACTIVE, State.STOPPING);
        log.flush(LONG);
        assertThat(lines)
                .as("each failure is logged once, however often it repeats")
                .hasSize(2)
                .allMatch(line -> line.startsWith("⚠️ A listener failed: "));
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    void callsWhatIsDueBeforeItCloses() throws Exception {
        Listeners listeners = listeners(noting);
        listeners.tell(State.STOPPING);

        listeners.close(LONG);
        listeners.close(LONG);
        listeners.tell(State.ACTIVE);

        assertThat(told).containsExactly(State.STOPPING);
        Thread thread = threads.take();
        thread.join(20_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void waitsForAListenerThatHangsUntilTheDeadlineOnly() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Listeners listeners = listeners(listener(state -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        }));
        listeners.tell(State.ACTIVE);
        listeners.tell(State.STOPPING);

        listeners.close(Deadline.after(Duration.ofMillis(100)));

        interrupted.await();
        assertThat(lines.poll(20, TimeUnit.SECONDS)).contains("not told of the last 1 event:");
    }

    @Test
    void theExitGoesOnIfThereIsNoThreadForThem() throws Exception {
        Listeners listeners = new Listeners(List.of(noting), log, work -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        assertThatCode(() -> listeners.tell(State.ACTIVE)).doesNotThrowAnyException();
        assertThatCode(() -> listeners.tell(State.STOPPING)).doesNotThrowAnyException();
        long started = System.nanoTime();

        listeners.close(LONG);

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
        assertThat(told).isEmpty();
        assertThat(lines.poll(20, TimeUnit.SECONDS)).contains("not told of the last 2 events");
    }

    @Test
    void needsNoThreadWithoutListeners() {
        List<Runnable> created = new ArrayList<>();
        Listeners listeners = new Listeners(List.of(), log, work -> {
            created.add(work);
            return new Thread(work);
        });

        listeners.tell(State.ACTIVE);

        assertThat(created).isEmpty();
    }

    @Test
    void listenersSeeTheClassLoaderOfInstall() throws Exception {
        BlockingQueue<ClassLoader> seen = new LinkedBlockingQueue<>();
        try (URLClassLoader loader = new URLClassLoader(new URL[0])) {
            Listeners listeners = new Listeners(
                    List.of(listener(state -> seen.add(Thread.currentThread().getContextClassLoader()))), log, loader);

            listeners.tell(State.ACTIVE);
            listeners.close(LONG);

            assertThat(seen).containsExactly(loader);
        }
    }
}
