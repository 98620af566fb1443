package io.gracefulbackup.testkit.fakes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.MultipartReader;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * An upload as a form. One part is the file, which goes to disk; the others are short texts.
 *
 * @param upload the part {@code file}, if there is one with a file name
 */
record MultipartForm(Optional<Upload> upload, Map<String, String> fields) {
    private static final long LONGEST_FIELD = 1 << 20;
    private static final Pattern BOUNDARY = Pattern.compile("multipart/form-data;.*boundary=\"?([^\";]+)\"?.*");

    static MultipartForm read(Request request, PinStore store) throws IOException {
        Matcher boundary = BOUNDARY.matcher(request.header("Content-Type").orElse(""));
        if (!boundary.matches()) {
            return new MultipartForm(Optional.empty(), Map.of());
        }
        Optional<Upload> upload = Optional.empty();
        Map<String, String> fields = new LinkedHashMap<>();
        try (MultipartReader parts = new MultipartReader(Okio.buffer(Okio.source(request.body())), boundary.group(1))) {
            for (MultipartReader.Part part = parts.nextPart(); part != null; part = parts.nextPart()) {
                String disposition = part.headers().get("Content-Disposition");
                String name = parameter("name", disposition).orElse("");
                Optional<String> fileName = parameter("filename", disposition);
                if (name.equals("file") && fileName.isPresent()) {
                    String type = part.headers().get("Content-Type");
                    upload = Optional.of(store.spool(part.body().inputStream())
                            .named(fileName.get(), type == null ? "application/octet-stream" : type));
                } else {
                    part.body().request(LONGEST_FIELD);
                    fields.put(name, part.body().getBuffer().readString(StandardCharsets.UTF_8));
                }
            }
        }
        return new MultipartForm(upload, fields);
    }

    private static Optional<String> parameter(String name, @Nullable String disposition) {
        Matcher found =
                Pattern.compile(";\\s*" + name + "=\"([^\"]*)\"").matcher(disposition == null ? "" : disposition);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }
}
