package io.gracefulbackup.testkit;

import io.gracefulbackup.spi.SealedBackup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Real backups for the contracts of a whole test run: deriving a key for each test would take most of the time. */
final class ContractBackups implements AutoCloseable {
    static final String APPLICATION = "contract";
    static final String KEY = "the key of all contracts";

    private final Map<String, SealedBackups> opened = new ConcurrentHashMap<>();
    private final Map<Long, SealedBackup> bySize = new ConcurrentHashMap<>();

    /** Sets {@link SinkFixture#supply} before each test. */
    static final class Injector implements BeforeEachCallback {
        @Override
        public void beforeEach(ExtensionContext test) {
            ((SinkFixture) test.getRequiredTestInstance()).supply = test.getRoot()
                    .getStore(ExtensionContext.Namespace.create(ContractBackups.class))
                    .computeIfAbsent("backups", key -> new ContractBackups(), ContractBackups.class);
        }
    }

    /** The backups of the application under test. */
    SealedBackups ours() {
        return open("ours", APPLICATION, KEY);
    }

    /** Backups of the same application that have no ancestor in common with {@link #ours}. */
    SealedBackups fork() {
        return open("fork", APPLICATION, KEY);
    }

    /** Backups of the same application under another key. */
    SealedBackups underAnotherKey() {
        return open("key", APPLICATION, "another key of that application");
    }

    /** Backups of another application. */
    SealedBackups ofAnotherApplication() {
        return open("application", "contract-other", KEY);
    }

    /** A backup of the application under test with exactly that many bytes; the same one at every call. */
    SealedBackup ofSize(long sealedBytes) {
        return bySize.computeIfAbsent(sealedBytes, size -> ours().ofSize(size));
    }

    @Override
    public void close() throws IOException {
        for (SealedBackups line : opened.values()) {
            line.close();
        }
    }

    private SealedBackups open(String name, String application, String key) {
        return opened.computeIfAbsent(name, absent -> {
            try {
                return SealedBackups.of(application, key);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
