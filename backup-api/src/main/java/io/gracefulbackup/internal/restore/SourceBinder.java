package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.format.BackupReader.SectionHandler;
import io.gracefulbackup.internal.format.Section;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Binds the sections of a backup to the sources of the application, by name. */
public final class SourceBinder {
    private final Map<String, StateSource> sources = new LinkedHashMap<>();
    private final Set<String> ignored;
    private final OperatorLog log;
    private final UnaryOperator<String> redact;

    public SourceBinder(List<StateSource> sources, Set<String> ignored, OperatorLog log, UnaryOperator<String> redact) {
        this.redact = redact;
        sources.forEach(source -> this.sources.put(source.name(), source));
        this.ignored = Set.copyOf(ignored);
        this.log = log;
    }

    /**
     * Checks that the sources can take every section, before any of them is called.
     *
     * @throws RestoreRefusedException if a section has no source, or was written in a version that its source cannot read
     */
    void check(Contents contents) {
        for (Section section : contents.sections()) {
            StateSource source = sources.get(section.name());
            if (source == null && !ignored.contains(section.name())) {
                throw new RestoreRefusedException(Messages.unclaimedSection(section.name()));
            }
            if (source != null && section.version() > source.version()) {
                throw new RestoreRefusedException(
                        Messages.newerSection(section.name(), section.version(), source.version()));
            }
        }
    }

    /** Hands every section to its source, then tells the sources without a section that they start empty. */
    void apply(Contents contents, Pass pass) throws IOException {
        pass.run((section, in) -> {
            StateSource source = sources.get(section.name());
            if (source != null) {
                read(source, section, in);
            }
        });
        sources.forEach((name, source) -> {
            if (contents.sections().stream().noneMatch(section -> section.name().equals(name))) {
                log.warn(Messages.sectionMissing(name));
                source.startEmpty();
            }
        });
    }

    /** Tells every source that it starts empty. */
    void startEmpty() {
        sources.values().forEach(StateSource::startEmpty);
    }

    /** Only a rejection says something about the backup; any other failure of a source refuses the start. */
    private void read(StateSource source, Section section, InputStream in) {
        try {
            source.readFrom(in, section.version());
        } catch (BackupRejectedException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            throw new RestoreRefusedException(
                    redact.apply(Messages.sourceFailed(source.name(), Failures.describe(e))),
                    Failures.withoutSecrets(e, redact));
        }
    }

    /** Reads an authenticated backup once more, section by section. */
    @FunctionalInterface
    interface Pass {
        void run(SectionHandler handler) throws IOException;
    }
}
