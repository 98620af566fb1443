package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.BackupSinkProvider.Opening;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the author of a sink tells the contract, and what its tests have in common. */
@ExtendWith(Lines.Supply.class)
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class SinkFixture {
    private final List<BackupSink> opened = new ArrayList<>();
    private final List<TestSinkContext> contexts = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // Lines.Supply sets it before each test.
    Lines lines;

    /**
     * Opens the sink on the place of the present test, as a newly started process would. The place is empty when a test
     * begins; when this is called again in the same test, it is the same place. The contract closes what it gets.
     */
    protected abstract BackupSink open(SinkContext context) throws Exception;

    /** The settings, secrets among them, that {@link #open} needs; asked for after the {@code @BeforeEach} methods. */
    protected Map<String, String> settings() {
        return Map.of();
    }

    /** Whether {@link BackupSink#list} can answer. Without that, half of the contract cannot be tested. */
    protected boolean canList() {
        return true;
    }

    /** Whether {@link BackupSink#protect} can protect single backups. */
    protected boolean canProtect() {
        return true;
    }

    /** Whether backups of several applications may be in the same place without moving each other aside. */
    protected boolean servesSeveralApplications() {
        return true;
    }

    /** The largest backup that is reasonable here, in bytes; larger ones are not tried. */
    protected long largestBackup() {
        return 128L << 20;
    }

    /** How long a call may take when nothing is wrong. */
    protected Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** How long a call may go on after its deadline. The longer it is, the less of the exit's time can be used. */
    protected Duration reaction() {
        return Duration.ofSeconds(8);
    }

    /** Replaces bytes that the place holds, behind the back of the sink. Tests are skipped where this is not overridden. */
    protected void damage(StoredBackup entry, UnaryOperator<byte[]> change) throws Exception {
        Assumptions.abort("skipped: this test does not say how to damage(…) what the sink holds");
    }

    /** Puts something that is no backup where the sink keeps backups. Tests are skipped where this is not overridden. */
    protected void addForeignEntry() throws Exception {
        Assumptions.abort("skipped: this test does not say how to addForeignEntry()");
    }

    /**
     * Opens a sink whose place cannot be reached, for instance with {@link #contextWith} an address where nobody answers.
     * Tests are skipped where this is not overridden.
     */
    protected BackupSink openUnreachable() throws Exception {
        return Assumptions.abort("skipped: this test does not say how to openUnreachable()");
    }

    /**
     * From now on the place of the present test silently keeps other bytes than it is given: one bit of each backup is
     * flipped. Tests are skipped where this is not overridden.
     */
    protected void corruptStorage() throws Exception {
        Assumptions.abort("skipped: this test does not say how to corruptStorage()");
    }

    /** The sink of a provider that must be configured by {@link #settings}. */
    protected static BackupSink configured(BackupSinkProvider provider, SinkContext context) {
        Opening opening = provider.open(context);
        assertThat(opening).as("what %s says to the settings", provider.name()).isInstanceOf(Opening.Configured.class);
        return ((Opening.Configured) opening).sink();
    }

    /** What the library offers to a sink of the application under test, with these settings instead of the usual ones. */
    protected final SinkContext contextWith(Map<String, String> settings) {
        return watched(lines.ours().context(settings));
    }

    @AfterEach
    final void closeSinks() {
        opened.forEach(SinkFixture::close);
    }

    static void close(BackupSink sink) {
        try {
            sink.close();
        } catch (Exception e) {
            throw new AssertionError("close() of " + sink.name() + " failed", e);
        }
    }

    /** The sink of the application under test. */
    final BackupSink sink() throws Exception {
        return sinkOf(lines.ours());
    }

    /** The same place as another application, or another key, sees it. */
    final BackupSink sinkOf(SealedBackups line) throws Exception {
        return closing(open(context(line)));
    }

    final BackupSink closing(BackupSink sink) {
        opened.add(sink);
        return sink;
    }

    private SinkContext context(SealedBackups line) {
        return watched(line.context(settings()));
    }

    private SinkContext watched(TestSinkContext context) {
        contexts.add(context);
        return context;
    }

    /** All values that sinks have asked for as secrets. */
    final Set<String> secrets() {
        return contexts.stream().flatMap(context -> context.secrets().stream()).collect(Collectors.toUnmodifiableSet());
    }

    final Deadline enough() {
        return Deadline.after(patience());
    }

    final StoredBackup store(BackupSink sink, SealedBackup backup) throws IOException {
        return sink.store(backup, enough());
    }

    /** A small backup. */
    final SealedBackup small() {
        return lines.ours().next(1000);
    }

    /** The listing. */
    final List<StoredBackup> entries(BackupSink sink) throws IOException {
        Listing listing = sink.list(enough());
        if (!canList()) {
            Assumptions.abort("skipped: this sink cannot list");
        }
        assertThat(listing).as("the listing of %s", sink.name()).isInstanceOf(Listing.Listed.class);
        return ((Listing.Listed) listing).backups();
    }

    final String digest(BackupSink sink, StoredBackup entry) throws IOException {
        try (InputStream sealed = sink.open(entry, enough())) {
            return Digests.sha256(sealed);
        }
    }

    /** What the library says to an entry: whether it is whole, and which backup it is. */
    final Inspection inspect(BackupSink sink, StoredBackup entry) throws IOException {
        try (InputStream sealed = sink.open(entry, enough())) {
            return lines.ours().context(Map.of()).inspect(sealed);
        }
    }

    /** The entry of a backup, by its authenticated header. */
    final StoredBackup entryOf(BackupSink sink, BackupId id) throws IOException {
        for (StoredBackup entry : entries(sink)) {
            if (idOf(inspect(sink, entry)).filter(id::equals).isPresent()) {
                return entry;
            }
        }
        throw new AssertionError(sink.name() + " lists no entry that holds backup " + id);
    }

    /** Another sink on the place lists these backups, each once and whole, and nothing else. */
    final void assertHolds(SealedBackup... backups) throws Exception {
        BackupSink sink = sink();
        List<BackupId> held = new ArrayList<>();
        for (StoredBackup entry : entries(sink)) {
            Inspection found = inspect(sink, entry);
            assertThat(found).as("the entry %s of %s", entry, sink.name()).isInstanceOf(Inspection.Intact.class);
            idOf(found).ifPresent(held::add);
        }
        assertThat(held)
                .as("the backups in %s", sink.name())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(backups)
                        .map(SealedBackup::header)
                        .map(BackupHeader::id)
                        .toList());
    }

    private static Optional<BackupId> idOf(Inspection found) {
        return found instanceof Inspection.Intact intact
                ? Optional.of(intact.header().id())
                : Optional.empty();
    }
}
