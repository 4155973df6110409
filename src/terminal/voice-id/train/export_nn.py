# Export the trained network to ONNX for sherpa-onnx (metadata framework=wespeaker ...), and make the back-end:
# work/mean.npy + coh.npy (cosine s-norm cohort from training speakers), work/nnplda.npz (LDA + PLDA), models/nn.backend.json
import sys,os,json,time; sys.path.insert(0,os.path.dirname(__file__))
import numpy as np, torch, onnx
import train_nn as T; from fb import *; from iv import Back
OUT='./models/spk-tdnn-128.onnx'
net=T.Net(); net.load_state_dict(torch.load('./models/nn.pt')); net.eval()
with torch.no_grad(): torch.onnx.export(net,torch.randn(1,203,80),OUT,input_names=['x'],output_names=['embs'],dynamic_axes={'x':{1:'T'}},opset_version=13)
m=onnx.load(OUT); m.producer_name='spk-tdnn'
while len(m.metadata_props): m.metadata_props.pop()
for k,v in dict(framework='wespeaker',language='multilingual',url='local',comment='small TDNN speaker embedding trained on Speech Commands / Arabic Speech Commands / LibriSpeech subsets (all CC BY 4.0)',sample_rate='16000',output_dim='128',normalize_samples='1').items(): p=m.metadata_props.add(); p.key=k; p.value=v
onnx.checker.check_model(m); onnx.save(m,OUT); print('onnx',os.path.getsize(OUT),'parameters',sum(p.numel() for p in net.parameters()))
rng=np.random.default_rng(9); T.rng=np.random.default_rng(10); D=T.load('train'); spk=sorted(k for k in D if sum(map(len,D[k]))>=9600); M=melmat(); N=40000
def ex(k):
    o=[];n=0; c=D[k]
    while n<N:
        x=c[rng.integers(len(c))]
        if len(x)>N: a=rng.integers(0,len(x)-N+1); x=x[a:a+N]
        o.append(x); o.append(np.zeros(800,np.int16)); n+=len(x)+800
    return np.concatenate(o)[:N].astype(np.float32)/32768
E=[];y=[]; t0=time.time()
T.N=N; T.NF=65536; T.FR=np.fft.rfftfreq(T.NF,1/16000); T.BAND=torch.tensor(1/np.sqrt(1+(300/np.maximum(T.FR,1))**8)/np.sqrt(1+(T.FR/3400)**16),dtype=torch.float32)
ks=[k for k in spk for _ in range(4)]; ks=[ks[i] for i in rng.permutation(len(ks))]
with torch.no_grad():
    for i in range(0,len(ks)-31,32):
        x=torch.tensor(np.stack([ex(k) for k in ks[i:i+32]])); x=torch.cat([x[:12],T.augment(x)[12:]]); E.append(net(fbank(x,M)).numpy()); y+=ks[i:i+32]
E=np.concatenate(E).astype(float); y=np.array(y); print('train embeddings',E.shape,f'{time.time()-t0:.0f}s')
mean=E.mean(0); nrm=lambda X:(X-mean)/np.linalg.norm(X-mean,axis=1,keepdims=True); Z=nrm(E)
S=sorted(set(y)); c=np.stack([E[y==s].mean(0) for s in S]); pick=rng.permutation(len(S))[:300]
np.save('work/mean.npy',mean); np.save('work/coh.npy',c[pick])
bk=Back().fit(E,y,100); Lw=np.linalg.inv(np.linalg.cholesky(bk.W)); ev,U=np.linalg.eigh(Lw@bk.B@Lw.T); P=bk.P@Lw.T@U
np.savez('work/nnplda.npz',mu=bk.mu,mu2=bk.mu2,P=P,Bd=np.maximum(ev,1e-3),coh=c[pick])
r=lambda a:np.round(a,5).tolist(); json.dump(dict(note='cosine: subtract mean, length-normalise, average enrolments, dot; s-norm with the 300-speaker cohort (top 50). PLDA: y=((e-mu)/|e-mu|-mu2)P, within=I, between=diag.',mean=r(mean),cohort=r(c[pick]),mu=r(bk.mu),mu2=r(bk.mu2),P=r(P),between=r(np.maximum(ev,1e-3))),open('./models/spk-tdnn-128.backend.json','w'))
