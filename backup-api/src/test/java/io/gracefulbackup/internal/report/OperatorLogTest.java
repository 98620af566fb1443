package io.gracefulbackup.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.report.LoggingBackend.Fate;
import io.gracefulbackup.internal.report.OperatorLog.Output;
import java.lang.reflect.Proxy;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;

@Timeout(60)
class OperatorLogTest {
    private static final Deadline LONG = Deadline.after(Duration.ofMinutes(1));

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final BlockingQueue<Thread> writers = new LinkedBlockingQueue<>();

    private String note(String line) {
        writers.add(Thread.currentThread());
        lines.add(line);
        return line;
    }

    private String next() throws InterruptedException {
        return String.valueOf(lines.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void writesLinesInOrderOnAThreadOfItsOwn() throws Exception {
        OperatorLog log = new OperatorLog(this::note);

        log.info("one");
        log.error("two");
        log.debug("three");
        log.flush(LONG);

        assertThat(lines).containsExactly("one", "two", "three");
        assertThat(writers).doesNotContain(Thread.currentThread());
        log.close();
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        OperatorLog log = new OperatorLog(this::note);
        log.info("before");
        log.close();
        log.close();

        assertThat(next()).isEqualTo("before");
        Thread writer = writers.take();
        writer.join(20_000);
        assertThat(writer.isAlive()).isFalse();
    }

    @Test
    void writesEveryLineThatWasLoggedBeforeItWasClosed() throws Exception {
        CountDownLatch mayWrite = new CountDownLatch(1);
        OperatorLog log = new OperatorLog(line -> {
            try {
                mayWrite.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return note(line);
        });
        log.info("one");
        log.info("two");
        log.close();
        mayWrite.countDown();

        assertThat(next()).isEqualTo("one");
        assertThat(next()).isEqualTo("two");
    }

    @Test
    void writesALateLineOnTheThreadThatLogsIt() {
        OperatorLog log = new OperatorLog(this::note);
        log.close();

        log.warn("late");
        log.flush(LONG);

        assertThat(lines).containsExactly("late");
        assertThat(writers).containsExactly(Thread.currentThread());
    }

    @Test
    void writesOnTheThreadThatLogsIfThereIsNoOther() {
        OperatorLog log = new OperatorLog(this::note, thread -> {
            throw new OutOfMemoryError("unable to create native thread");
        });

        log.info("alone");
        log.flush(LONG);

        assertThat(lines).containsExactly("alone");
        assertThat(writers).containsExactly(Thread.currentThread());
    }

    @Test
    void aBackendThatThrowsDoesNotStopTheLog() throws Exception {
        OperatorLog log = new OperatorLog(line -> {
            if (line.equals("bad")) {
                throw new NoClassDefFoundError("in the backend");
            }
            return note(line);
        });

        log.info("bad");
        log.info("good");

        assertThat(next()).isEqualTo("good");
        log.close();
    }

    // ---- where the lines go

    private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> printed = new LinkedBlockingQueue<>();

    private OperatorLog log(Supplier<Fate> fate) {
        return log(fate, logged::add);
    }

    private OperatorLog log(Supplier<Fate> fate, Consumer<String> logger) {
        return log(fate, logger, StandardCharsets.UTF_8);
    }

    private OperatorLog log(Supplier<Fate> fate, Consumer<String> logger, Charset charset) {
        Logger slf4j = (Logger) Proxy.newProxyInstance(
                Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                    logger.accept(method.getName() + " " + arguments[0]);
                    return null;
                });
        Output output = new Output(slf4j, fate, ConsoleText.of(List.of(charset)), printed::add);
        return new OperatorLog(UnaryOperator.identity(), output, Thread::start);
    }

    private static void exit(OperatorLog log) {
        log.exitBegins();
        log.warn("⚠️ Received shutdown signal (15)");
        log.debug("a detail");
        log.info(List.of("✅ File backup saved", "   more"));
        log.error("❌ Database backup failed");
        log.summary("Graceful Backup: a summary");
        log.flush(LONG);
    }

    @Test
    void aBackendThatWritesAtOnceIsFollowedByASummaryOnly() {
        exit(log(() -> Fate.WRITTEN));

        assertThat(printed).containsExactly("Graceful Backup: a summary");
        assertThat(logged).hasSize(5);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNCERTAIN", "LOST"})
    void everyLineOfAnExitIsPrintedOnceIfTheBackendMayLoseIt(Fate fate) {
        exit(log(() -> fate));

        assertThat(printed)
                .containsExactly(
                        "⚠️ Received shutdown signal (15)",
                        "✅ File backup saved",
                        "   more",
                        "❌ Database backup failed");
    }

    @Test
    void theLinesAfterTheBackendHasStoppedArePrinted() {
        exit(log(() -> logged.size() <= 2 ? Fate.WRITTEN : Fate.LOST));

        assertThat(printed)
                .containsExactly(
                        "✅ File backup saved", "   more", "❌ Database backup failed", "Graceful Backup: a summary");
    }

    @Test
    void withoutABackendWarningsArePrintedWhileTheProcessRuns() {
        OperatorLog log = log(() -> Fate.LOST);

        log.info("✅ restored");
        log.warn("⚠️ look");
        log.error("❌ broken");
        log.debug("a detail");
        log.flush(LONG);

        assertThat(printed).containsExactly("⚠️ look", "❌ broken");
    }

    @Test
    void aBackendThatMayLoseLinesAtTheExitIsTrustedBefore() {
        OperatorLog log = log(() -> Fate.UNCERTAIN);

        log.error("❌ broken");
        log.flush(LONG);

        assertThat(printed).isEmpty();
    }

    @Test
    void printsWhatABackendThatThrowsDoesNotWrite() {
        exit(log(() -> Fate.WRITTEN, line -> {
            throw new IllegalStateException("stopped");
        }));

        assertThat(printed)
                .contains("⚠️ Received shutdown signal (15)", "✅ File backup saved", "❌ Database backup failed");
    }

    @Test
    void printsWhatIsLeftIfTheBackendHangsAtTheExit() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        OperatorLog log = log(() -> Fate.WRITTEN, line -> {
            try {
                hangs.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        log.exitBegins();
        log.warn("⚠️ Received shutdown signal (15)");
        log.info("✅ File backup saved");

        log.flush(Duration.ofMillis(400));

        assertThat(printed).containsExactly("⚠️ Received shutdown signal (15)", "✅ File backup saved");
        hangs.countDown();
    }

    @Test
    void aConsoleWithoutSignsReadsWords() {
        OperatorLog log = log(() -> Fate.UNCERTAIN, logged::add, StandardCharsets.US_ASCII);
        log.exitBegins();
        log.info(List.of("✅ IPFS backup completed!", "   CID: …", "⚠️ Grüße"));
        log.error("❌ Backup failed: 数");
        log.info("🔄 Auto-backing up blockchain...");
        log.info("✓ No backup yet");
        log.flush(LONG);

        assertThat(printed)
                .containsExactly(
                        "OK IPFS backup completed!",
                        "   CID: ...",
                        "WARNING Gr\\u00fc\\u00dfe",
                        "ERROR Backup failed: \\u6570",
                        "Auto-backing up blockchain...",
                        "OK No backup yet");
        assertThat(logged).contains("info OK IPFS backup completed!", "error ERROR Backup failed: \\u6570");
    }

    @Test
    void noLineCanBeForged() {
        OperatorLog log = log(() -> Fate.WRITTEN);

        log.warn("⚠️ A listener failed: no\n✅ all is well\u202e\u001b[1A");
        log.error("❌ Backup failed: no\n   The last backup is 3 s old");
        log.flush(LONG);

        assertThat(logged)
                .containsExactly(
                        "warn ⚠️ A listener failed: no\\u000a✅ all is well\\u202e\\u001b[1A",
                        "error ❌ Backup failed: no\n   The last backup is 3 s old");
    }

    @Test
    void leavesOutWhatRepeats() {
        OperatorLog log = log(() -> Fate.WRITTEN);

        for (int checkpoint = 1; checkpoint <= 3; checkpoint++) {
            log.info(List.of("✅ Database backup completed", "⚠️ Database: could not be cleaned up"));
            log.warnOnce("⚠️ A listener failed: boom");
            log.warnOnce("forecast", "⚠️ A shutdown would take " + checkpoint + " ms");
            log.error("❌ IPFS backup failed: HTTP 503");
        }
        log.flush(LONG);

        assertThat(logged)
                .containsExactly(
                        "info ✅ Database backup completed",
                        "warn ⚠️ Database: could not be cleaned up",
                        "warn ⚠️ A listener failed: boom",
                        "warn ⚠️ A shutdown would take 1 ms",
                        "error ❌ IPFS backup failed: HTTP 503",
                        "info ✅ Database backup completed",
                        "error ❌ IPFS backup failed: HTTP 503",
                        "info ✅ Database backup completed",
                        "error ❌ IPFS backup failed: HTTP 503");
    }

    @Test
    void leavesOutNothingAtTheExit() {
        OperatorLog log = log(() -> Fate.WRITTEN);
        log.warnOnce("⚠️ A listener failed: boom");
        log.exitBegins();
        log.warnOnce("⚠️ A listener failed: boom");
        log.flush(LONG);

        assertThat(logged).containsExactly("warn ⚠️ A listener failed: boom", "warn ⚠️ A listener failed: boom");
    }
}
