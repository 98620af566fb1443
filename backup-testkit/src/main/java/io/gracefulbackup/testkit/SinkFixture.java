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

/** What a sink's author tells {@link BackupSinkContract} about the sink, and what the tests of the contract share. */
@ExtendWith(ContractBackups.Injector.class)
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class SinkFixture {
    private final List<BackupSink> opened = new ArrayList<>();
    private final List<TestSinkContext> contexts = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // ContractBackups.Injector sets it before each test.
    ContractBackups supply;

    /**
     * Opens the sink on the place of the current test, as a process that has just started would. The place is empty when a
     * test begins. Later calls in the same test open the same place again, as other processes would. The contract closes
     * every sink that it gets.
     *
     * @param context has the {@link #settings}
     * @throws Exception fails the test
     */
    protected abstract BackupSink open(SinkContext context) throws Exception;

    /** The settings and secrets that {@link #open} needs. Called after the {@code @BeforeEach} methods. */
    protected Map<String, String> settings() {
        return Map.of();
    }

    /** Whether {@link BackupSink#list} can list. If not, the tests that look at what is held are skipped: most of them. */
    protected boolean canList() {
        return true;
    }

    /** Whether {@link BackupSink#protect} can protect single backups. If not, it must return false. */
    protected boolean canProtect() {
        return true;
    }

    /** Whether {@link BackupSink#probe} finds faults. If not, it must find none. */
    protected boolean canProbe() {
        return true;
    }

    /** Whether backups of several applications can be in the same place without moving each other aside. */
    protected boolean servesSeveralApplications() {
        return true;
    }

    /** Whether {@link BackupSink#listOthers} shows the backups of other applications. If not, it must show none. */
    protected boolean canListOthers() {
        return false;
    }

    /** The size in bytes of the largest backup to test with. */
    protected long largestBackup() {
        return 128L << 20;
    }

    /** How long a call may take when nothing fails. */
    protected Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** How long a call may continue after its deadline. At an exit, this time is lost for the backup. */
    protected Duration reaction() {
        return Duration.ofSeconds(8);
    }

    /**
     * Replaces the bytes that the place holds for an entry, without using the sink. If this is not overridden, the tests of
     * damaged backups are skipped.
     *
     * @param entry an entry of the sink's listing
     * @param change receives the stored bytes and returns those to put in their place
     */
    protected void damage(StoredBackup entry, UnaryOperator<byte[]> change) throws Exception {
        Assumptions.abort("skipped: override damage(…) to test damaged backups");
    }

    /**
     * Puts something that is no backup where the sink keeps its backups, such as another program's file. The sink must not
     * list it. If this is not overridden, the test of foreign entries is skipped.
     */
    protected void addForeignEntry() throws Exception {
        Assumptions.abort("skipped: override addForeignEntry() to test foreign entries");
    }

    /**
     * Opens a sink whose place cannot be reached, for instance through {@link #contextWith} and an address where nothing
     * listens. If this is not overridden, the test of unreachable places is skipped.
     */
    protected BackupSink openUnreachable() throws Exception {
        return Assumptions.abort("skipped: override openUnreachable() to test an unreachable place");
    }

    /**
     * Opens a sink on a place that can be reached but refuses its credentials. If this is not overridden, the test of refused
     * credentials is skipped.
     */
    protected BackupSink openRefused() throws Exception {
        return Assumptions.abort("skipped: override openRefused() to test refused credentials");
    }

    /**
     * Makes the place of the current test refuse to store, as a read-only disk or role does, to sinks that are opened from now
     * on. They can still list and read. If this is not overridden, the test of such places is skipped.
     */
    protected void refuseWrites() throws Exception {
        Assumptions.abort("skipped: override refuseWrites() to test a place that can only be read");
    }

    /**
     * Everything that the place of the current test holds, to show that a probe leaves nothing behind: the names of files, the
     * rows of tables, the objects of a bucket. If this is not overridden, it is the listing of the sink, which does not show
     * what the sink ignores.
     *
     * @return a value that is equal to an earlier one if the place holds the same
     */
    protected Object contents() throws Exception {
        return Set.copyOf(entries(sink()));
    }

    /**
     * Makes the place of the current test keep other bytes than it is given, without an error: one bit of each backup that is
     * stored from now on is flipped. If this is not overridden, the test of verification is skipped.
     */
    protected void corruptStorage() throws Exception {
        Assumptions.abort("skipped: override corruptStorage() to test verification");
    }

    /**
     * The sink of a provider. Fails if the settings do not configure one.
     *
     * @param provider the provider under test
     * @param context what {@link #open} was given
     */
    protected static BackupSink configured(BackupSinkProvider provider, SinkContext context) {
        Opening opening = provider.open(context);
        assertThat(opening)
                .as("the opening of %s with settings()", provider.name())
                .isInstanceOf(Opening.Configured.class);
        return ((Opening.Configured) opening).sink();
    }

    /** What the library offers to a sink of the application under test, with other settings than {@link #settings}. */
    protected final SinkContext contextWith(Map<String, String> settings) {
        return watched(supply.ours().context(settings));
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
        return sinkOf(supply.ours());
    }

    /** The sink of another application, or of the same one with another key, on the same place. */
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

    /** The values that sinks have asked for as secrets. */
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
        return supply.ours().next(1000);
    }

    /** The entries of the listing. Skips the test if this sink cannot list. */
    final List<StoredBackup> entries(BackupSink sink) throws IOException {
        Listing listing = sink.list(enough());
        if (!canList()) {
            Assumptions.abort("skipped: canList() is false");
        }
        assertThat(listing).as("the listing of %s", sink.name()).isInstanceOf(Listing.Listed.class);
        return ((Listing.Listed) listing).backups();
    }

    final String digest(BackupSink sink, StoredBackup entry) throws IOException {
        try (InputStream sealed = sink.open(entry, enough())) {
            return Digests.sha256(sealed);
        }
    }

    /** The library's inspection of an entry, to its last byte. */
    final Inspection inspect(BackupSink sink, StoredBackup entry) throws IOException {
        try (InputStream sealed = sink.open(entry, enough())) {
            return supply.ours().context(Map.of()).inspect(sealed);
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

    /** Asserts that another sink on the place lists these backups, each once and intact, and nothing else. */
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
