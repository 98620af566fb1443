package io.gracefulbackup.testkit.fakes;

/** The kinds of calls to Render, to choose those that a {@link Fault} affects. */
public enum RenderCall {
    /** {@code GET /services/{id}/env-vars/{name}}. */
    READ_VARIABLE,
    /** {@code PUT /services/{id}/env-vars/{name}}. */
    WRITE_VARIABLE,
    /** {@code GET /services/{id}/env-vars}. */
    LIST_VARIABLES,
    /** {@code PUT /services/{id}/env-vars}: replaces every variable of the service. */
    REPLACE_ALL_VARIABLES,
    /** {@code GET /services/{id}}. */
    READ_SERVICE,
    /** Anything else, deploys included; answered with 404. */
    UNKNOWN
}
