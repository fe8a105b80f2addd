/* SPDX-License-Identifier: MIT */
/*
 * network.h: networks of dense layers and their training.
 *
 *     ramp_network *network;
 *     ramp_network_create("dense 256 relu, dense 128 elu, dense 10", 784, 1, &network);
 *     ramp_training how = ramp_training_defaults();
 *     ramp_history *history;
 *     ramp_train(network, &how, train, test, &history);
 *
 * The text is a list of layers, comma-separated: `dense UNITS [ACTIVATION]`.  ACTIVATION
 * is a function, as ramp_function_parse() reads it, or a fold along the units, as
 * ramp_fold_parse() does; it may also stand as a layer of its own behind the dense one
 * ("dense 64, relu").  A comma inside its arguments stays with it ("dense 64 clip:0,6");
 * a single number may stand behind a blank ("dense 64 maxout 2").  Without an activation
 * a layer is linear.  Every dense layer has biases, which start at 0.
 *
 * prelu learns a slope for each unit, from the slope it is given on (0.25).  rrelu draws
 * a slope for each unit and example while ramp_train() trains, and takes their mean
 * everywhere else.  A fold changes how many numbers leave a layer: "dense 64 maxout 2"
 * has 64 units and 32 outputs, "dense 64 swiglu" too, "dense 64 crelu" 128.
 *
 * Weights start normally distributed with variance 2/inputs (He), 2/(inputs + units)
 * (Glorot) or 1/inputs (LeCun), whichever suits the layer's function (ramp list NAME
 * says); a layer without a function takes LeCun's.
 *
 * The same seed gives the same first weights and the same order of examples for any
 * number of threads, and the same trained weights, bit for bit, for the same number of
 * threads on the same machine.
 */
#ifndef RAMP_NETWORK_H
#define RAMP_NETWORK_H

#include <ramp/data.h>
#include <ramp/health.h>
#include <ramp/ramp.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ------------------------------------------------------------------ networks */

/* Holds the memory that its passes need: one call at a time may use a network;
   different networks are independent. */
typedef struct ramp_network ramp_network;

/* Builds the network that `text` describes for examples of `inputs` numbers.
   Errors: RAMP_UNKNOWN_WORD with the word's position, what ramp_function_parse() reports,
   RAMP_INVALID_OPTION for a layer of 0 units or too many, RAMP_OUT_OF_MEMORY. */
ramp_status ramp_network_create(const char *text, size_t inputs, uint64_t seed,
                                ramp_network **network);
void ramp_network_free(ramp_network *network);

/* One dense layer with its activation. */
typedef struct ramp_layer {
  size_t inputs, units;       /* of the dense layer */
  size_t outputs;             /* units, or what a fold makes of them */
  ramp_activation activation; /* identity where the text names none */
  float *weights; /* [units][inputs], the network's own memory: read or write */
  float *biases;  /* [units] */
  float *slopes;  /* [units] of prelu; else null */
} ramp_layer;

size_t ramp_network_layers(const ramp_network *network);
/* Layer i; RAMP_INVALID_OPTION when there is none. */
ramp_status ramp_network_layer(const ramp_network *network, size_t i, ramp_layer *layer);
size_t ramp_network_inputs(const ramp_network *network);
size_t ramp_network_outputs(const ramp_network *network);
/* Weights, biases and learned slopes in all. */
size_t ramp_network_parameters(const ramp_network *network);

/* y [batch][outputs] = the network's output for x [batch][inputs], before any softmax. */
ramp_status ramp_network_forward(ramp_network *network, size_t batch, const float *x,
                                 float *y);

/* Mean loss of the batch, and its gradient for weights, biases and slopes of every layer,
   written to gradient: layer by layer, in this order (ramp_network_parameters() floats).
   rrelu takes its mean slope.  Softmax cross-entropy with `label` (null for a
   regression), mean squared error, over examples and outputs, with `target`.  Errors:
   RAMP_INVALID_DATA for a label that is no output. */
ramp_status ramp_network_gradient(ramp_network *network, size_t batch, const float *x,
                                  const int32_t *label, const float *target, double *loss,
                                  float *gradient);

/* ------------------------------------------------------------------ evaluation */

typedef struct ramp_evaluation {
  double loss;     /* mean cross-entropy in nats, or mean squared error */
  double accuracy; /* share of examples whose largest output is the label; NaN for a
                      regression */
} ramp_evaluation;

/* Runs the network over a whole data set; with health not null, counts there what its
   units did (ramp/health.h), in the same pass. */
ramp_status ramp_network_evaluate(ramp_network *network, const ramp_data *data,
                                  ramp_evaluation *evaluation, ramp_health **health);

/* Counts the outputs of layer i's activation over the data in `bins` equal bins between
   low and high; counts has bins + 2 entries: first what is below low, last what is
   above high or NaN. */
ramp_status ramp_network_histogram(ramp_network *network, const ramp_data *data,
                                   size_t layer, double low, double high, size_t bins,
                                   uint64_t *counts);

/* ------------------------------------------------------------------ training */

typedef enum { RAMP_SGD, RAMP_ADAM } ramp_optimiser;

/* What a progress function is told, after each mini-batch and after each epoch's
   evaluation. */
typedef struct ramp_progress {
  size_t epoch, epochs;  /* epoch counts from 1 */
  size_t examples_done;  /* in this epoch */
  size_t examples;       /* in an epoch */
  double seconds;        /* spent training since the start, without evaluations */
  double loss, accuracy; /* running means over this epoch's mini-batches; accuracy is NaN
                            for a regression */
  int epoch_ended;       /* 1 after the epoch's evaluation */
} ramp_progress;

/* Returning anything but 0 stops the training after this call; what was trained is
   kept. */
typedef int ramp_progress_function(const ramp_progress *progress, void *context);

typedef struct ramp_training {
  ramp_optimiser optimiser; /* RAMP_ADAM */
  double learning_rate;     /* 0.001 for Adam; with SGD 0.05 suits most */
  double momentum;          /* SGD: 0.9 */
  double beta1, beta2;      /* Adam: 0.9, 0.999 */
  double epsilon; /* Adam: 1e-8, added to the root of the corrected second moment */
  size_t batch;   /* 128 examples; the last mini-batch of an epoch may be smaller */
  size_t epochs;  /* 5 */
  uint64_t seed;  /* order of examples */
  ramp_progress_function *progress; /* may be null */
  void *context;                    /* handed to progress */
} ramp_training;

ramp_training ramp_training_defaults(void);

/* What is known after one epoch.  Epoch 0 is the network before training. */
typedef struct ramp_epoch {
  double seconds; /* of training since the start, without evaluations */
  double train_loss,
      train_accuracy;    /* running means over the epoch's mini-batches; NaN at 0 */
  ramp_evaluation test;  /* on the test set */
  ramp_health *health;   /* on the test set */
  double *gradient_norm; /* [layers] mean over mini-batches of the 2-norm of the gradient
                                      of the layer's weights; NaN at epoch 0 */
} ramp_epoch;

typedef struct ramp_history {
  size_t layers;
  size_t epochs; /* finished ones: epoch[0] .. epoch[epochs] exist */
  ramp_epoch *epoch;
  double images_per_second; /* examples per second of training, over all epochs */
} ramp_history;

/*
 * Trains.  train and test must fit the network.  *history is the caller's to free.
 * Errors: RAMP_SHAPE_MISMATCH, RAMP_INVALID_OPTION, RAMP_INVALID_DATA,
 * RAMP_OUT_OF_MEMORY, and RAMP_DIVERGED when the loss of a mini-batch, or on the test
 * set after an epoch, is not finite: then *history holds the epochs up to there and is
 * to be freed too.
 */
ramp_status ramp_train(ramp_network *network, const ramp_training *how,
                       const ramp_data *train, const ramp_data *test,
                       ramp_history **history);
void ramp_history_free(ramp_history *history);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
