package io.gracefulbackup.testkit;

import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** The sink in memory keeps the contract. Each application has a sink of its own. */
class InMemorySinkContractTest extends BackupSinkContract {
    private final Map<String, InMemorySink> place = new ConcurrentHashMap<>();

    @Override
    protected BackupSink open(SinkContext context) {
        return place.computeIfAbsent(context.application(), application -> new InMemorySink("memory"));
    }

    @Override
    protected void damage(StoredBackup entry, UnaryOperator<byte[]> change) {
        place.get(ContractBackups.APPLICATION).damage(entry, change);
    }
}
