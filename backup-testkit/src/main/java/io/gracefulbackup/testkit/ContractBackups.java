package io.gracefulbackup.testkit;

import io.gracefulbackup.spi.SealedBackup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lines of backups for all contracts of a test run: deriving a key for each test would take most of the time. */
final class ContractBackups implements AutoCloseable {
    static final String APPLICATION = "contract";
    static final String KEY = "the key of all contracts";

    private final Map<String, SealedBackups> opened = new ConcurrentHashMap<>();
    private final Map<Long, SealedBackup> bySize = new ConcurrentHashMap<>();

    /** Gives them to a contract before each of its tests. */
    static final class Injector implements BeforeEachCallback {
        @Override
        public void beforeEach(ExtensionContext test) {
            ContractBackups lines = test.getRoot()
                    .getStore(ExtensionContext.Namespace.create(ContractBackups.class))
                    .computeIfAbsent("lines", key -> new ContractBackups(), ContractBackups.class);
            ((SinkFixture) test.getRequiredTestInstance()).supply = lines;
        }
    }

    /** The backups of the application under test. */
    SealedBackups ours() {
        return open("ours", APPLICATION, KEY);
    }

    /** Backups of the same application, of which none is an ancestor of ours or a descendant. */
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

    /** One of ours of exactly that many bytes; the same one at every call. */
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
