package io.gracefulbackup.internal.config;

import io.gracefulbackup.internal.config.KnownSettings.Module;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Finds settings of the library's own modules that nothing reads, because the provider of the module was not found. */
public final class UnreadSettings {
    /** Why a provider was not found. */
    public enum Absence {
        /** Its class is not there. */
        MISSING,
        /** Its class is there, but no service file names it. */
        NOT_REGISTERED,
        /** It implements the interface of another copy of this library. */
        OF_OTHER_COPY,
        /** It failed while it was loaded, which is reported elsewhere. */
        BROKEN
    }

    private final Settings settings;
    private final Set<String> read;
    private final Function<String, Absence> absence;

    /**
     * Prepares the search.
     *
     * @param read the names of all settings that a provider reads
     * @param absence why a provider was not found, by the name of its class
     */
    public UnreadSettings(Settings settings, Set<String> read, Function<String, Absence> absence) {
        this.settings = settings;
        this.read = read;
        this.absence = absence;
    }

    /** One sentence for each module, with its settings that are set, the reason and the next step. */
    public List<String> lines() {
        return KnownSettings.MODULES.stream()
                .flatMap(module -> line(module).stream())
                .toList();
    }

    private Optional<String> line(Module module) {
        List<String> unread = module.settings().stream()
                .filter(name -> !read.contains(name))
                .flatMap(name -> settings.nameInUse(name).stream())
                .toList();
        if (unread.isEmpty() && !isMissedWithoutSettings(module)) {
            return Optional.empty();
        }
        String artifact = "io.gracefulbackup:" + module.artifact();
        return switch (absence.apply(module.provider())) {
            case MISSING ->
                unread.isEmpty()
                        ? Optional.empty()
                        : line(module, unread, artifact + " is not on the class path", "Add it to the dependencies");
            case NOT_REGISTERED ->
                line(
                        module,
                        unread,
                        artifact + " is on the class path, but no service file names its provider",
                        "The service files were lost when the jar was built: merge META-INF/services"
                                + " (ServicesResourceTransformer of maven-shade-plugin, mergeServiceFiles() of Gradle's"
                                + " shadow)");
            case OF_OTHER_COPY ->
                line(
                        module,
                        unread,
                        artifact + " belongs to another copy of backup-api than the one in use",
                        "Keep one copy of both, in one class loader");
            case BROKEN -> Optional.empty();
        };
    }

    /** Whether the module would be in use without any setting, and is not. */
    private boolean isMissedWithoutSettings(Module module) {
        return module.switchedOffBy()
                .filter(name -> !read.contains(name) && !settings.isOff(name))
                .isPresent();
    }

    private static Optional<String> line(Module module, List<String> unread, String reason, String remedy) {
        String fact = reason + ", so " + module.consequence() + ". " + remedy;
        return Optional.of(
                switch (unread.size()) {
                    case 0 -> fact;
                    case 1 ->
                        unread.get(0) + " is set, but nothing reads it: " + fact + ", or call ignoreSetting(\""
                                + unread.get(0) + "\") if it is meant for another program";
                    default ->
                        String.join(", ", unread) + " are set, but nothing reads them: " + fact
                                + ", or call ignoreSetting(…) for each of them if they are meant for another program";
                });
    }
}
