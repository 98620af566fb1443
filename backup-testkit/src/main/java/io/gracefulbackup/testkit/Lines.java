package io.gracefulbackup.testkit;

import io.gracefulbackup.spi.SealedBackup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lines of backups for all contracts of a test run: deriving a key for each test would take most of the time. */
final class Lines implements AutoCloseable {
    static final String APPLICATION = "contract";
    static final String KEY = "the key of all contracts";

    private final Map<String, SealedBackups> lines = new ConcurrentHashMap<>();
    private final Map<Long, SealedBackup> bySize = new ConcurrentHashMap<>();

    /** Gives them to a contract before each of its tests. */
    static final class Supply implements BeforeEachCallback {
        @Override
        public void beforeEach(ExtensionContext test) {
            Lines lines = test.getRoot()
                    .getStore(ExtensionContext.Namespace.create(Lines.class))
                    .computeIfAbsent("lines", key -> new Lines(), Lines.class);
            ((SinkFixture) test.getRequiredTestInstance()).lines = lines;
        }
    }

    /** The backups of the application under test. */
    SealedBackups ours() {
        return line("ours", APPLICATION, KEY);
    }

    /** Backups of the same application, of which none is an ancestor of ours or a descendant. */
    SealedBackups fork() {
        return line("fork", APPLICATION, KEY);
    }

    /** Backups of the same application under another key. */
    SealedBackups underAnotherKey() {
        return line("key", APPLICATION, "another key of that application");
    }

    /** Backups of another application. */
    SealedBackups ofAnotherApplication() {
        return line("application", "contract-other", KEY);
    }

    /** One of ours of exactly that many bytes; the same one at every call. */
    SealedBackup ofSize(long sealedBytes) {
        return bySize.computeIfAbsent(sealedBytes, size -> ours().ofSize(size));
    }

    @Override
    public void close() throws IOException {
        for (SealedBackups line : lines.values()) {
            line.close();
        }
    }

    private SealedBackups line(String name, String application, String key) {
        return lines.computeIfAbsent(name, absent -> {
            try {
                return SealedBackups.of(application, key);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
