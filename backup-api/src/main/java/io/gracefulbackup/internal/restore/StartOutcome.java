package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.Lineage.RestoredParent;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.format.Section;
import io.gracefulbackup.internal.report.Finding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an application has started.
 *
 * @param contents what was restored, or null at an empty start
 * @param sink the sink that it came from, or null at an empty start
 * @param position the next backup has its epoch and the next sequence
 * @param honoured the choices of the newest backup that was found
 * @param choices the choices that the start follows, now or as an earlier start did; for the headers of later backups
 * @param inventory what the sinks had answered
 * @param findings what was found and decided, without secrets
 */
public record StartOutcome(
        @Nullable Contents contents,
        @Nullable String sink,
        BackupVersion position,
        List<Choice> honoured,
        List<String> choices,
        Inventory inventory,
        List<Finding> findings) {
    public StartOutcome {
        honoured = List.copyOf(honoured);
        choices = List.copyOf(choices);
        findings = List.copyOf(findings);
    }

    /** The header of the restored backup; null at an empty start. */
    public @Nullable BackupHeader restored() {
        return contents == null ? null : contents.header();
    }

    /** The restored backup as the parent of the next one; null at an empty start. */
    public @Nullable RestoredParent parent() {
        return contents == null ? null : RestoredParent.of(contents);
    }

    /** The sections of the restored backup. */
    public List<Section> sections() {
        return contents == null ? List.of() : contents.sections();
    }

    public long stateBytes() {
        return contents == null ? 0 : contents.stateBytes();
    }

    public boolean isUnderPreviousKey() {
        return contents != null && !contents.root().isCurrent();
    }

    /** The findings as lines. */
    public List<String> explanation() {
        return Finding.lines(findings);
    }
}
