package io.gracefulbackup.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.BackupHeader.Guarded;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.Cell;
import io.gracefulbackup.internal.fixtures.JsonCell;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.fixtures.SealedBackups;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.retention.BackupAdmin;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A backup with a property that the application reads no more, and {@code BACKUP_DROP}. */
@Timeout(60)
class DroppedPropertiesTest {
    private static final String DROP = "BACKUP_DROP";

    private final MemorySink sink = new MemorySink("memory");
    private final MemorySink other = new MemorySink("other");

    private @Nullable GracefulShutdown running;

    @AfterEach
    void uninstall() {
        if (running != null) {
            running.uninstall();
        }
    }

    private GracefulShutdown start(Cell source, UnaryOperator<GracefulShutdown.Builder> how, MemorySink... sinks) {
        uninstall();
        running = null;
        GracefulShutdown started = how.apply(App.builder(sinks)).source(source).install();
        running = started;
        return started;
    }

    /** What the older version of the application saves, with the property {@code owner}. */
    private BackupId saveWithOwner(MemorySink... sinks) {
        JsonCell older = new JsonCell("accounts", "owner", "sum");
        older.value = "owner\nsum";
        GracefulShutdown backup = start(older, builder -> builder, sinks);
        return backup.backupNow("with owner").id().orElseThrow();
    }

    private GracefulShutdown startWithDrop(MemorySink... sinks) {
        return start(new JsonCell("accounts", "sum"), builder -> builder.setting(DROP, "accounts.owner"), sinks);
    }

    private static BackupHeader header(MemorySink sink, BackupId id) throws IOException {
        return SealedBackups.reader().readHeader(new ByteArrayInputStream(sink.bytes.get(id.value())));
    }

    @Test
    void refusesTheStartWithoutTheSetting() {
        saveWithOwner(sink);

        assertThatThrownBy(() -> start(new JsonCell("accounts", "sum"), builder -> builder, sink))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("owner");
    }

    @Test
    void protectsTheBackupThatStillHasThemInEverySink() {
        BackupId id = saveWithOwner(sink, other);

        startWithDrop(sink, other);

        assertThat(sink.hints.get(id.value())).matches(Hint::isProtected);
        assertThat(other.hints.get(id.value())).matches(Hint::isProtected);
    }

    @Test
    void retentionKeepsThatBackupWhereNothingCanBeProtected() throws IOException {
        BackupId id = saveWithOwner(sink);
        sink.canProtect = false;
        sink.policy = RetentionPolicy.keepLast(1);

        GracefulShutdown backup = startWithDrop(sink);
        backup.backupNow("first without");
        BackupId last = backup.backupNow("second without").id().orElseThrow();

        assertThat(sink.bytes).containsOnlyKeys(id.value(), last.value());
        assertThat(header(sink, last).guarded()).extracting(Guarded::id).containsExactly(id);
    }

    @Test
    void aProtectionThatFailsDoesNotRefuseTheStart() throws IOException {
        BackupId id = saveWithOwner(sink);
        sink.protect = () -> {
            throw new IOException("permission denied");
        };

        BackupId next = startWithDrop(sink).backupNow("without").id().orElseThrow();

        assertThat(header(sink, next).guarded()).extracting(Guarded::id).containsExactly(id);
    }

    @Test
    void theChoiceIsNotedInTheHeadersThatFollow() throws IOException {
        saveWithOwner(sink);

        BackupId next = startWithDrop(sink).backupNow("without").id().orElseThrow();

        assertThat(header(sink, next).choices()).extracting(Choice::text).containsExactly("drop:accounts.owner");
    }

    @Test
    void nothingIsProtectedAndNoChoiceNotedIfNothingWasLeftOut() throws IOException {
        JsonCell older = new JsonCell("accounts", "sum");
        older.value = "sum";
        BackupId id =
                start(older, builder -> builder, sink).backupNow("plain").id().orElseThrow();

        BackupId next = startWithDrop(sink).backupNow("next").id().orElseThrow();

        assertThat(sink.hints.get(id.value())).matches(hint -> !hint.isProtected());
        assertThat(header(sink, next).choices()).isEmpty();
        assertThat(header(sink, next).guarded()).isEmpty();
    }

    @Test
    void aRestoreOfTheRunningApplicationProtectsTheBackupAsWell() throws IOException {
        BackupId id = saveWithOwner(sink);
        JsonCell newer = new JsonCell("accounts", "sum");
        newer.value = "sum";
        GracefulShutdown backup =
                start(newer, builder -> builder.setting(DROP, "accounts.owner").setting("BACKUP_START", "empty"), sink);
        backup.backupNow("newer");

        backup.restore(id);

        BackupId next = backup.backupNow("after").id().orElseThrow();
        assertThat(sink.hints.get(id.value())).matches(Hint::isProtected);
        assertThat(header(sink, next).guarded()).extracting(Guarded::id).contains(id);
    }

    @Test
    void aPreviewOfAPullRequestChangesNoSink() {
        BackupId id = saveWithOwner(sink);

        start(
                new JsonCell("accounts", "sum"),
                builder -> builder.setting(DROP, "accounts.owner").setting("IS_PULL_REQUEST", "true"),
                sink);

        assertThat(sink.hints.get(id.value())).matches(hint -> !hint.isProtected());
    }

    /** The lines that follow a restore of a backup with these properties, and a second one. */
    private List<String> linesAfter(String saved) throws IOException, InterruptedException {
        List<String> lines = new CopyOnWriteArrayList<>();
        OperatorLog log = new OperatorLog(line -> {
            lines.add(line);
            return line;
        });
        JsonCell older = new JsonCell("accounts", "owner", "sum");
        older.value = saved;
        BackupId id =
                start(older, builder -> builder, sink).backupNow("saved").id().orElseThrow();
        BackupReader reader = SealedBackups.reader();
        SourceBinder binder = new SourceBinder(
                List.of(new JsonCell("accounts", "sum")),
                Set.of(),
                Map.of("accounts", Set.of("owner")),
                log,
                line -> line);
        Contents contents = reader.verify(new ByteArrayInputStream(sink.bytes.get(id.value())));
        binder.apply(
                contents,
                handler -> reader.restore(new ByteArrayInputStream(sink.bytes.get(id.value())), contents, handler));
        Lineage lineage = new Lineage(new Lineage.Origin("app", null, "test/1"));
        BackupAdmin admin = new BackupAdmin(
                new Catalog(List.of(), reader, getClass().getClassLoader()),
                List.of(),
                Map.of(),
                lineage,
                new Threads(getClass().getClassLoader()),
                Duration.ofSeconds(20),
                Clock.systemUTC(),
                line -> line);
        DroppedProperties dropped = new DroppedProperties(binder, lineage, admin, true, log, Clock.systemUTC());

        dropped.afterStart(contents.header());
        dropped.afterStart(contents.header());

        log.flush(Duration.ofSeconds(10));
        return lines;
    }

    @Test
    void saysWhatWasLeftOutAndWhichBackupStillHasIt() throws Exception {
        assertThat(linesAfter("owner\nsum"))
                .anyMatch(line -> line.startsWith("❗ Left out of the section \"accounts\", as BACKUP_DROP says: owner.")
                        && line.contains("\"saved\""))
                .anyMatch(line -> line.contains("retention keeps it for 30 days"));
    }

    @Test
    void saysOnceThatTheSettingCanBeRemovedWhenNothingIsThereToLeaveOut() throws Exception {
        assertThat(linesAfter("sum"))
                .singleElement()
                .asString()
                .startsWith("⚠️ BACKUP_DROP=accounts.owner has nothing to leave out")
                .endsWith("Unset it");
    }

    @Test
    void refusesTheSettingForASourceThatReadsItsSectionItself() {
        assertThatThrownBy(() -> start(new Cell("accounts"), builder -> builder.setting(DROP, "accounts.owner"), sink))
                .isInstanceOf(BackupConfigurationException.class)
                .hasMessageContainingAll("accounts.owner", "StateSource.json");
    }
}
