package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.PreviousShutdown;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.StartPolicy;
import io.gracefulbackup.internal.report.Finding;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.restore.StartOutcome;
import io.gracefulbackup.spi.BackupSink;

/** Logs what the operator reads at a start: settings, what was found, what was restored. */
final class StartReporter {
    private final Components components;
    private final BackupConfig config;
    private final OperatorLog log;

    StartReporter(Components components) {
        this.components = components;
        this.config = components.config();
        this.log = components.log();
    }

    void settings() {
        config.warnings().forEach(warning -> log.warn(Messages.warning(warning)));
        components.loader().remarks().forEach(remark -> log.warn(Messages.warning(remark)));
        components.loader().broken().forEach((name, why) -> log.error(Messages.sinkNotLoaded(name, why)));
        log.debug("Settings: " + components.settings().redacted());
    }

    /** Without a lease, an instance that starts before the other one stops misses what that one accepts afterwards. */
    void overlap() {
        boolean diskIsMounted = components.loader().sinks().stream()
                .anyMatch(sink -> sink.name().equals("file") && sink.outlivesInstance());
        if (!config.pullRequest() && !diskIsMounted) {
            config.overlappingPlatform().map(Messages::overlap).ifPresent(log::warn);
        }
    }

    void start(StartOutcome outcome, RestoreReport report) {
        components.loader().sinks().stream()
                .map(BackupSink::detectedLine)
                .filter(line -> !line.isEmpty())
                .forEach(log::info);
        for (Finding finding : outcome.findings()) {
            if (finding.isWarning()) {
                log.warn(finding.line());
            } else {
                log.debug(finding.line());
            }
        }
        report.previousShutdown().ifPresent(this::previousShutdown);
        BackupHeader restored = outcome.restored();
        if (restored == null) {
            log.info(
                    config.start() == StartPolicy.EMPTY
                            ? Messages.STARTING_EMPTY_AS_CHOSEN
                            : Messages.startingEmpty(config.application()));
        } else {
            restored(restored, outcome);
        }
    }

    /** A clean shutdown is not worth a line. */
    private void previousShutdown(PreviousShutdown previous) {
        switch (previous.outcome()) {
            case PARTIAL, NONE -> log.warn(Messages.warning(previous.explanation()));
            case CLEAN, UNKNOWN -> log.debug(previous.explanation());
        }
    }

    private void restored(BackupHeader restored, StartOutcome outcome) {
        log.info(Messages.restored(config.application(), restored, String.valueOf(outcome.sink())));
        if (outcome.isUnderPreviousKey()) {
            log.info(Messages.RESTORED_WITH_PREVIOUS_KEY);
        }
        String there = restored.site().orElse(null);
        String here = config.site().orElse(null);
        if (there != null && !there.equals(here)) {
            log.warn(Messages.otherSite(there, here));
        }
    }
}
