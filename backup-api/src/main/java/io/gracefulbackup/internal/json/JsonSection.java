package io.gracefulbackup.internal.json;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the engine asks of a source whose section is JSON, beyond what it asks of every source. */
public interface JsonSection {
    /**
     * Why values of the declared type could not be read back, as far as the type alone shows it; empty if nothing speaks
     * against it. Asked once, by {@code install()}.
     */
    Optional<String> whyUnreadable();

    /**
     * Tells which properties to leave out, where a backup has them and nothing reads them. Called before the first restore.
     *
     * @param properties the names of properties, at any depth
     */
    void dropProperties(Set<String> properties);

    /** Which of the properties to leave out the last read has met. */
    Set<String> droppedProperties();

    /**
     * What reads and writes since the last call leave to be said, each once: after a read, such as a property that the backup
     * lacks; after a write, classes of values that the declared type does not show and that would be read back as something
     * else. The engine logs them as warnings after every restore and every snapshot, so that the exit itself says what it
     * saved without being able to read it back. The notices of a write cost nothing per value: a class is noticed when its
     * serializer is built.
     */
    List<String> takeNotices();

    /**
     * Reads entry by entry what {@code writeTo} has written, writes each entry again and compares the bytes. Changes nothing.
     *
     * @param json what was written, from its beginning
     * @param isComplete false if the end is missing, because the rehearsal had to be cut short
     * @return a sentence for each kind of value that would not come back; they quote no values
     * @throws IOException if the stream fails
     */
    List<String> readBack(InputStream json, boolean isComplete) throws IOException;
}
