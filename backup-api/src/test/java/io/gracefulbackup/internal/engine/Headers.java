package io.gracefulbackup.internal.engine;

import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.spi.BackupHeader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The headers of what a sink holds, in the order it was stored. */
final class Headers {
    private Headers() {}

    static List<BackupHeader> of(MemorySink sink) {
        BackupReader reader =
                new BackupReader(new KeyRing(App.KEY.getBytes(StandardCharsets.UTF_8), List.of()), "blockchain");
        List<BackupHeader> headers = new ArrayList<>();
        sink.bytes.values().forEach(held -> {
            try {
                headers.add(reader.readHeader(new ByteArrayInputStream(held)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return headers;
    }
}
