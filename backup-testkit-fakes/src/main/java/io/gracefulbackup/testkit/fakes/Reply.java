package io.gracefulbackup.testkit.fakes;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** An answer that has not been sent, so that a fault can still change it. */
record Reply(int status, Map<String, String> headers, Body body) {

    static Reply json(int status, JsonNode tree) {
        return new Reply(status, Map.of("Content-Type", "application/json; charset=utf-8"), new JsonBody(tree));
    }

    static Reply text(int status, String contentType, String text) {
        return new Reply(status, Map.of("Content-Type", contentType), new TextBody(text));
    }

    static Reply empty(int status) {
        return new Reply(status, Map.of(), new TextBody(""));
    }

    Reply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, more, body);
    }

    Reply with(Body other) {
        return new Reply(status, headers, other);
    }

    /** The bytes of an answer. */
    interface Body {
        long length();

        /** Whether the headers name the length. */
        default boolean announcesLength() {
            return true;
        }

        void writeTo(OutputStream out) throws IOException;
    }

    record TextBody(String text) implements Body {
        @Override
        public long length() {
            return bytes().length;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(bytes());
        }

        private byte[] bytes() {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    record JsonBody(JsonNode tree) implements Body {
        @Override
        public long length() {
            return text().length();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            text().writeTo(out);
        }

        private TextBody text() {
            return new TextBody(tree.toString());
        }
    }

    /** A part of a file. */
    record FileBody(Path file, long offset, long length, boolean announcesLength) implements Body {
        @Override
        public void writeTo(OutputStream out) throws IOException {
            try (InputStream in = new FileInputStream(file.toFile())) {
                in.skipNBytes(offset);
                byte[] buffer = new byte[64 * 1024];
                long left = length;
                while (left > 0) {
                    int count = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
                    if (count == 0) {
                        throw new IOException("The file is " + left + " bytes too short");
                    }
                    out.write(buffer, 0, count);
                    left -= count;
                }
            }
        }
    }
}
