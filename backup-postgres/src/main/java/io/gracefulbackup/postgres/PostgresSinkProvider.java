package io.gracefulbackup.postgres;

import com.google.auto.service.AutoService;
import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SinkContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Creates the sink if {@code DATABASE_URL} is set, without opening a connection. */
@AutoService(BackupSinkProvider.class)
public final class PostgresSinkProvider implements BackupSinkProvider {
    private static final String DEFAULT_TABLE = "blockchain_backups";
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,12})([KMG]?)");
    private static final int DEFAULT_KEEP_LAST = 10;

    /** For the service loader only. */
    public PostgresSinkProvider() {}

    @Override
    public String name() {
        return PostgresSink.NAME;
    }

    @Override
    public Set<String> settings() {
        return Set.of("DATABASE_URL", "BACKUP_TABLE", "BACKUP_KEEP_LAST", "BACKUP_KEEP_BYTES");
    }

    @Override
    public Opening open(SinkContext context) {
        Optional<String> databaseUrl = context.secret("DATABASE_URL");
        if (databaseUrl.isEmpty()) {
            return new Opening.NotConfigured("");
        }
        List<String> problems = new ArrayList<>();
        DatabaseUrl url = orProblems(problems, () -> DatabaseUrl.parse(databaseUrl.get(), context::warn));
        Table table = orProblems(
                problems, () -> Table.named(context.setting("BACKUP_TABLE").orElse(DEFAULT_TABLE)));
        RetentionPolicy retention = orProblems(problems, () -> retention(context));
        if (url == null || table == null || retention == null) {
            throw new BackupConfigurationException(problems);
        }
        return new Opening.Configured(new PostgresSink(url, table, context.application(), retention, context::warn));
    }

    private static RetentionPolicy retention(SinkContext context) {
        RetentionPolicy.KeepLast keep = context.setting("BACKUP_KEEP_LAST")
                .map(PostgresSinkProvider::keepLast)
                .orElse(RetentionPolicy.keepLast(DEFAULT_KEEP_LAST));
        return context.setting("BACKUP_KEEP_BYTES")
                .map(bytes -> keep.withinBytes(bytes(bytes)))
                .orElse(keep);
    }

    private static RetentionPolicy.KeepLast keepLast(String count) {
        if (count.matches("[0-9]{1,9}") && Integer.parseInt(count) > 0) {
            return RetentionPolicy.keepLast(Integer.parseInt(count));
        }
        // The same words as in the library's own check, so that the operator reads them once.
        throw new BackupConfigurationException(
                "BACKUP_KEEP_LAST is \"" + count + "\"; a whole number of at least 1 is expected");
    }

    private static long bytes(String text) {
        Matcher form = BYTES.matcher(text);
        long number = form.matches() ? Long.parseLong(form.group(1)) : 0;
        if (number < 1) {
            throw new BackupConfigurationException("BACKUP_KEEP_BYTES is \"" + text
                    + "\"; a number of bytes of at least 1 is expected, such as 500000000, 500M or 2G");
        }
        return number << (10 * " KMG".indexOf(form.group(2).isEmpty() ? " " : form.group(2)));
    }

    private static <T> @Nullable T orProblems(List<String> problems, Supplier<T> step) {
        try {
            return step.get();
        } catch (BackupConfigurationException e) {
            problems.addAll(e.problems());
            return null;
        }
    }
}
