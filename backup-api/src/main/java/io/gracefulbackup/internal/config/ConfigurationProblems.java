package io.gracefulbackup.internal.config;

import io.gracefulbackup.BackupConfigurationException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Everything that is wrong with the settings, each thing once, in the order it was found. {@code install()} passes one
 * from step to step and throws at the end, so that one look mends all mistakes. For one thread.
 */
public final class ConfigurationProblems {
    private final SecretRedactor redact;
    private final Set<String> texts = new LinkedHashSet<>();

    /** None so far; secrets that {@code redact} knows are kept out of the texts. */
    public ConfigurationProblems(SecretRedactor redact) {
        this.redact = redact;
    }

    /** Adds a mistake: one sentence that names the thing, its value, what was expected and the next step. */
    public void add(String problem) {
        texts.add(redact.redact(problem));
    }

    /** What the step gives; nothing if it complains about the settings, and then its complaints are added. */
    public <T> Optional<T> attempt(Supplier<? extends T> step) {
        try {
            return Optional.of(step.get());
        } catch (BackupConfigurationException e) {
            e.problems().forEach(this::add);
            return Optional.empty();
        }
    }

    /** All of them. */
    public List<String> all() {
        return List.copyOf(texts);
    }

    /** Ends {@code install()} if anything was wrong. */
    public void throwIfAny() {
        if (!texts.isEmpty()) {
            throw new BackupConfigurationException(all());
        }
    }
}
