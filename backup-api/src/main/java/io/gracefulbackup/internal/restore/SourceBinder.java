package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.format.BackupReader.SectionHandler;
import io.gracefulbackup.internal.format.Section;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Brings the sections of a backup and the sources of the host together. */
public final class SourceBinder {
    private final Map<String, StateSource> sources = new LinkedHashMap<>();
    private final Set<String> ignored;
    private final OperatorLog console;
    private final UnaryOperator<String> redact;

    public SourceBinder(
            List<StateSource> sources, Set<String> ignored, OperatorLog console, UnaryOperator<String> redact) {
        this.redact = redact;
        sources.forEach(source -> this.sources.put(source.name(), source));
        this.ignored = Set.copyOf(ignored);
        this.console = console;
    }

    /** Checks that everything in the backup can be taken, before anything is. */
    void check(Contents contents) {
        for (Section section : contents.sections()) {
            StateSource source = sources.get(section.name());
            if (source == null && !ignored.contains(section.name())) {
                throw new RestoreRefusedException("Refusing to start: the backup has a section \"" + section.name()
                        + "\" that no source claims, so the next backup would lose it. Add its source, or call"
                        + " ignoreSection(\"" + section.name() + "\") to drop it");
            }
            if (source != null && section.version() > source.version()) {
                throw new RestoreRefusedException("Refusing to start: the section \"" + section.name()
                        + "\" was written in version " + section.version()
                        + ", and this application reads up to version "
                        + source.version() + ". Deploy the newer application again");
            }
        }
    }

    /** Hands every section to its source, then tells the other sources that they start empty. */
    void apply(Contents contents, Pass pass) throws IOException {
        pass.run((section, in) -> {
            StateSource source = sources.get(section.name());
            if (source != null) {
                read(source, section, in);
            }
        });
        sources.forEach((name, source) -> {
            if (contents.sections().stream().noneMatch(section -> section.name().equals(name))) {
                console.warn("⚠️ The backup has no section \"" + name + "\": it starts empty");
                source.startEmpty();
            }
        });
    }

    void startEmpty() {
        sources.values().forEach(StateSource::startEmpty);
    }

    /** Anything but a rejection stops the start: it says nothing about the backup. */
    private void read(StateSource source, Section section, InputStream in) {
        try {
            source.readFrom(in, section.version());
        } catch (BackupRejectedException rejected) {
            throw rejected;
        } catch (IOException | RuntimeException | Error failed) {
            throw new RestoreRefusedException(
                    redact.apply("Refusing to start: the source \"" + source.name() + "\" could not read its section: "
                            + Failures.describe(failed) + ". Nothing has been stored or deleted"),
                    Failures.withoutSecrets(failed, redact));
        }
    }

    /** The second pass over an authenticated backup. */
    @FunctionalInterface
    interface Pass {
        void run(SectionHandler handler) throws IOException;
    }
}
