package io.gracefulbackup.internal.install;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.format.BackupWriter;
import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import io.gracefulbackup.internal.format.QuickKeys;
import io.gracefulbackup.internal.install.SituationSink.Answer;
import io.gracefulbackup.internal.install.SituationSink.Damage;
import io.gracefulbackup.internal.install.SituationSink.Entry;
import io.gracefulbackup.internal.install.SituationSink.Hints;
import io.gracefulbackup.internal.install.SituationSink.Keeps;
import io.gracefulbackup.internal.install.SituationSink.Opening;
import io.gracefulbackup.internal.install.SituationWorld.Outcome;
import io.gracefulbackup.internal.install.SituationWorld.Refused;
import io.gracefulbackup.internal.install.SituationWorld.StartAs;
import io.gracefulbackup.internal.install.SituationWorld.Started;
import io.gracefulbackup.internal.report.Finding;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start costs where a sink lists much. */
@Timeout(180)
class LongListsTest {
    /** A header names 64 ancestors; so many of the newest have to be a true line. */
    private static final int TRUE_LINE = 70;

    private static final Duration SCALED = Duration.ofMillis(20);
    private static final Duration FULL = Duration.ofMillis(200);

    private final SituationWorld world = new SituationWorld();

    @Test
    void fiveHundredEntriesCostNoMoreThanTen() {
        requireSameCost(500, SCALED);
    }

    @Test
    @Tag("slow")
    void fiveHundredEntriesAt200MillisecondsCostNoMoreThanTen() {
        requireSameCost(500, FULL);
    }

    @Test
    void tenThousandEntriesCostNoMoreThanTen() {
        requireSameCost(10_000, Duration.ofMillis(1));
    }

    @Test
    void tenThousandForksDoNotStallAStart() {
        SituationSink sink = new SituationSink("alpha", Answer.LISTS, Keeps.ALL, Hints.TRUE, true);
        world.sinks.add(sink);
        for (int i = 0; i < 10_000; i++) {
            sink.put(first(1), Damage.NONE, Opening.OPENS, SituationWorld.APPLICATION);
        }
        world.startTimeout = Duration.ofSeconds(60);

        assertThat(world.start(StartAs.PLAIN)).isInstanceOfSatisfying(Started.class, started -> {
            assertThat(started.took()).isLessThan(Duration.ofSeconds(30));
            assertThat(started.findings())
                    .filteredOn(Finding::isWarning)
                    .hasSize(11)
                    .last()
                    .satisfies(rest -> assertThat(rest.line())
                            .isEqualTo("⚠️ 9989 older backups of other lines not listed here; each is kept as long"));
        });
    }

    @Test
    void aDamagedNewestOfFiveHundredCostsTheStartsTimeAndIsSaid() {
        fallBack(Damage.HEADER, SCALED, Duration.ofSeconds(1));
    }

    @Test
    void aDamagedPayloadOfFiveHundredCostsTheStartsTimeAndIsSaid() {
        fallBack(Damage.PAYLOAD, SCALED, Duration.ofSeconds(1));
    }

    @Test
    @Tag("slow")
    void aDamagedNewestOfFiveHundredAt200MillisecondsCostsTheStartsTimeAndIsSaid() {
        fallBack(Damage.HEADER, FULL, Duration.ofSeconds(10));
    }

    @Test
    void fiftyJunkSaltsThatAreHintedOlderDoNotTakeMoreThanTheStartsTime() {
        SituationSink sink = sink(10, Damage.NONE);
        Saved newest = newestOf(sink);
        junk(sink, entry -> new Hint(new BackupId(hex(entry)), 1, 1, 5_000, Instant.EPOCH));
        world.derivation = () -> pause(Duration.ofMillis(200));
        world.startTimeout = Duration.ofSeconds(1);

        assertThat(world.start(StartAs.PLAIN)).isInstanceOfSatisfying(Started.class, started -> {
            assertThat(started.restored()).isEqualTo(newest.header);
            assertThat(started.took()).isLessThan(Duration.ofSeconds(5));
        });
    }

    @Test
    void fiftyJunkSaltsWithoutAHintDoNotTakeMoreThanTheStartsTime() {
        SituationSink sink = sink(10, Damage.NONE);
        junk(sink, entry -> null);
        world.derivation = () -> pause(Duration.ofMillis(200));
        world.startTimeout = Duration.ofSeconds(1);

        assertThat(world.start(StartAs.PLAIN)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.message()).contains("BACKUP_RESTORE_ID=", "despite:unread");
            assertThat(refused.took()).isLessThan(Duration.ofSeconds(5));
        });
    }

    /** Two starts that restore the newest, one with ten entries. */
    private void requireSameCost(int entries, Duration perOpen) {
        Started ofTen = start(10, perOpen);
        int openedOfTen = world.sinks.get(0).opened.get();
        world.sinks.clear();
        Started ofMany = start(entries, perOpen);

        assertThat(world.sinks.get(0).opened.get()).as("entries opened").isLessThanOrEqualTo(openedOfTen);
        assertThat(ofMany.took())
                .as("with %s entries, where ten took %s", entries, ofTen.took())
                .isLessThan(ofTen.took().multipliedBy(2).plusMillis(1_500));
    }

    private Started start(int entries, Duration perOpen) {
        Saved newest = newestOf(sink(entries, Damage.NONE));
        world.sinks.get(0).openingTakes = perOpen;
        Outcome outcome = world.start(StartAs.PLAIN);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Started.class, started -> assertThat(started.restored()).isEqualTo(newest.header));
        return (Started) outcome;
    }

    private void fallBack(Damage damage, Duration perOpen, Duration startTimeout) {
        SituationSink sink = sink(500, damage);
        sink.openingTakes = perOpen;
        world.startTimeout = startTimeout;
        Saved right = sink.entries.get(sink.entries.size() - 2).saved;

        Outcome outcome = world.start(StartAs.PLAIN);

        assertThat(outcome).isInstanceOf(Started.class);
        Started started = (Started) outcome;
        assertThat(started.restored()).isEqualTo(right.header);
        assertThat(started.findings())
                .as("of the damage, and of what was not read")
                .anyMatch(Finding::isWarning);
        assertThat(started.took()).isLessThan(startTimeout.plusSeconds(4));
    }

    /** A sink with true hints, the only one of the world; the newest entry is the last. */
    private SituationSink sink(int entries, Damage ofNewest) {
        int older = Math.max(0, entries - TRUE_LINE);
        List<Saved> line = line(older, entries - older);
        SituationSink sink = new SituationSink("alpha", Answer.LISTS, Keeps.ALL, Hints.TRUE, true);
        for (int i = 1; i <= older; i++) {
            Hint hint = new Hint(new BackupId(hex(i)), 1, i, 5_000, Instant.now());
            sink.entries.add(
                    new Entry("old-" + i, line.get(0), Damage.NONE, hint, SituationWorld.APPLICATION, Opening.OPENS));
        }
        for (Saved saved : line) {
            boolean isNewest = saved == line.get(line.size() - 1);
            sink.put(saved, isNewest ? ofNewest : Damage.NONE, Opening.OPENS, SituationWorld.APPLICATION);
        }
        world.sinks.add(sink);
        return sink;
    }

    private static Saved newestOf(SituationSink sink) {
        return sink.entries.get(sink.entries.size() - 1).saved;
    }

    /** Backups of one line, after {@code before} others that nobody has. */
    private static List<Saved> line(int before, int length) {
        SituationWorld past = new SituationWorld();
        past.sinks.add(new SituationSink("all", Answer.LISTS, Keeps.ALL, Hints.TRUE, true));
        List<Saved> line = new ArrayList<>(List.of(first(before + 1L)));
        past.sinks.get(0).put(line.get(0), Damage.NONE, Opening.OPENS, SituationWorld.APPLICATION);
        while (line.size() < length) {
            line.add(past.save((Started) past.start(StartAs.PLAIN), StartAs.PLAIN, false));
        }
        return line;
    }

    private static Saved first(long sequence) {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (BackupWriter writer = new BackupWriter(
                QuickKeys.of(SituationWorld.KEY.getBytes(UTF_8), List.of(), () -> {})
                        .sealingKey(),
                id -> BackupHeader.builder(SituationWorld.APPLICATION, id, new BackupVersion(1, sequence))
                        .namedFrom(sequence)
                        .createdAt(Instant.now())
                        .build(),
                List.of(new SectionSpec("text", 1)),
                sealed)) {
            writer.nextSection().write("state".getBytes(UTF_8));
            BackupHeader header = writer.finish().header();
            return new Saved(header, sealed.toByteArray(), SituationWorld.KEY, 0, null, null, Set.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the catalogue says of a junk entry. */
    @FunctionalInterface
    private interface HintOf {
        @Nullable
        Hint entry(int number);
    }

    /** Fifty entries that begin as backups do, each with a salt and a key id of its own. */
    private static void junk(SituationSink sink, HintOf hint) {
        Saved model = newestOf(sink);
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = model.bytes();
            byte[] saltAndKeyId = new byte[32];
            random.nextBytes(saltAndKeyId);
            ByteBuffer.wrap(bytes).put(11, saltAndKeyId).put(75, sha256(bytes, 75));
            Saved junk = new Saved(model.header, bytes, "a key that nobody has", 0, null, null, Set.of());
            sink.entries.add(new Entry(
                    "junk-" + i, junk, Damage.NONE, hint.entry(i), SituationWorld.APPLICATION, Opening.OPENS));
        }
        assertThat(new HashSet<>(sink.entries)).hasSizeGreaterThan(50);
    }

    private static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(int number) {
        return String.format("%032x", 0x7000_0000L + number);
    }

    private static void pause(Duration time) {
        try {
            SituationSink.wait(time);
        } catch (InterruptedIOException givenUp) {
            Thread.currentThread().interrupt();
        }
    }
}
