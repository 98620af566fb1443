package io.gracefulbackup.ipfs;

import io.gracefulbackup.spi.SealedBackup;
import java.io.IOException;
import java.io.InputStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/**
 * The body of an upload: reads the bytes of a backup from the spool while they are sent. Each attempt starts from the
 * beginning.
 */
final class UploadBody extends RequestBody {
    private static final int BUFFER_SIZE = 64 << 10;
    private static final MediaType TYPE = MediaType.get("application/octet-stream");

    private final SealedBackup backup;
    private volatile long sent;

    UploadBody(SealedBackup backup) {
        this.backup = backup;
    }

    /** How many bytes the last attempt sent, for the operator. */
    String progress() {
        return sent + " of " + backup.size() + " bytes were sent";
    }

    @Override
    public MediaType contentType() {
        return TYPE;
    }

    @Override
    public long contentLength() {
        return backup.size();
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        byte[] buffer = new byte[BUFFER_SIZE];
        long written = 0;
        try (InputStream in = backup.newStream()) {
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                sink.write(buffer, 0, n);
                written += n;
                sent = written;
            }
        }
    }
}
