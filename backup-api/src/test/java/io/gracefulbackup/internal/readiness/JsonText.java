package io.gracefulbackup.internal.readiness;

import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.json.JsonSection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A source that passes for JSON, and reads back as a test wants it to. */
class JsonText implements StateSource, JsonSection {
    volatile String text;
    volatile List<String> unreadable = List.of();
    final List<String> readBack = new ArrayList<>();
    final List<Boolean> wereComplete = new ArrayList<>();

    JsonText(String text) {
        this.text = text;
    }

    @Override
    public String name() {
        return "json";
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void readFrom(InputStream in, int version) {
        throw new IllegalStateException("A rehearsal restores nothing");
    }

    @Override
    public List<String> readBack(InputStream json, boolean isComplete) throws IOException {
        readBack.add(new String(json.readAllBytes(), StandardCharsets.UTF_8));
        wereComplete.add(isComplete);
        return unreadable;
    }

    @Override
    public Optional<String> whyUnreadable() {
        return Optional.empty();
    }

    @Override
    public void dropProperties(Set<String> properties) {}

    @Override
    public Set<String> droppedProperties() {
        return Set.of();
    }

    @Override
    public List<String> takeNotices() {
        return List.of();
    }
}
