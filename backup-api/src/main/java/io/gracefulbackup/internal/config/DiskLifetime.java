package io.gracefulbackup.internal.config;

/** How long files live that are not on a mounted disk. */
public enum DiskLifetime {
    /** As long as the machine. */
    LASTING,
    /** As long as the container: in Kubernetes, and in containers elsewhere. */
    CONTAINER,
    /** As long as the instance, by the contract of the platform: on Render, Heroku, Fly, Railway and Cloud Run. */
    INSTANCE
}
